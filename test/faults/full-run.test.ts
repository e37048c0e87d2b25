/** A /run that gets full while a transaction is at work: is what was done taken back all the same? */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { applyPlan } from '../../src/fleet/apply.ts';
import { gather } from '../../src/fleet/session.ts';
import type { Step } from '../../src/model/step.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import { DECLARED, manifestOf, wanted } from '../support/builders.ts';
import { FaultHost } from '../support/fault-host.ts';
import { describeWith } from '../support/needs.ts';

const REFUSED = {
  interfaces: ['m0'],
  operation: { op: 'mtu', name: 'sw1', value: 70_000 },
} as const satisfies Step;

describeWith(['root', 'macvtap', 'ip'], 'a /run that is full', () => {
  let host: FaultHost;

  beforeEach(async () => {
    host = await FaultHost.make([]);
  });
  afterEach(() => host?.remove());

  const FILES = '(n=0; while true 2>/dev/null >/run/full.$n; do n=$((n + 1)); done) 2>/dev/null';

  async function planned() {
    const connection = host.connection();
    const plan = planHost(manifestOf('hv', [wanted('m0', DECLARED)]), await gather(connection), {
      allowDisruption: false,
    });
    return { connection, plan };
  }

  it.each([
    ['of bytes', 'size=160k', 'cat /dev/zero >/run/full 2>/dev/null'],
    ['of files', 'nr_inodes=64', FILES],
  ])('%s when a step fails', async (_what, options, fill) => {
    host.ownRun = options;
    host.programs.beforeSteps(fill);
    const { connection, plan } = await planned();
    const before = await host.links();
    const outcome = await applyPlan(
      connection,
      { ...plan, steps: [...plan.steps, REFUSED] },
      { confirmTimeoutS: 20, lockTimeoutS: 0, controller: 'test', connectAgain: async () => connection },
    );
    expect(outcome).toMatchObject({
      kind: 'applied',
      rolledBack: true,
      results: new Map([['m0', 'undone']]),
    });
    expect(await host.links()).toEqual(before);
    expect(host.leftInOwnRun()).toEqual([]);
  });

  it('of files when all was done, and nobody is asked to confirm', async () => {
    host.ownRun = 'nr_inodes=64';
    host.programs.beforeSteps(FILES);
    const { connection, plan } = await planned();
    const context = {
      confirmTimeoutS: 0,
      lockTimeoutS: 0,
      controller: 'test',
      connectAgain: async () => connection,
    };
    expect(await applyPlan(connection, plan, context)).toMatchObject({ kind: 'applied', problems: [] });
    expect(host.leftInOwnRun()).toEqual([]);
  });
});
