/**
 * A process of a transaction that was stopped for so long that others have cleared it away, and the next one is there: does
 * it touch what is not its own? The next one is laid down by hand.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { applyPlan } from '../../src/fleet/apply.ts';
import { gather } from '../../src/fleet/session.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import type { Step } from '../../src/model/step.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import { DECLARED, manifestOf, wanted } from '../support/builders.ts';
import { FaultHost } from '../support/fault-host.ts';
import { describeWith } from '../support/needs.ts';
import { until } from '../support/until.ts';

const REFUSED: Step = { interfaces: ['m0'], operation: { op: 'mtu', name: 'sw1', value: 70_000 } };

/** Nobody may take it over yet. */
const NEXT = {
  live: '',
  nonce: 'ab\n',
  armed: '',
  holder: '1 1 999999999 1700000000 next@mgmt\n',
  steps: 'x\n',
};

describeWith(['root', 'macvtap', 'ip'], 'a process that comes late', () => {
  let host: FaultHost;

  beforeEach(async () => {
    host = await FaultHost.make([]);
  });
  afterEach(() => host?.remove());

  async function apply(confirmTimeoutS = 20, more: readonly Step[] = []): Promise<HostOutcome> {
    const connection = host.connection();
    const manifest = manifestOf('hv', [wanted('m0', DECLARED)]);
    const plan = planHost(manifest, await gather(connection), { allowDisruption: false });
    return applyPlan(
      connection,
      { ...plan, steps: [...plan.steps, ...more] },
      {
        confirmTimeoutS,
        lockTimeoutS: 0,
        controller: 'test',
        connectAgain: async () => connection,
      },
    );
  }

  function layDownNext(): void {
    mkdirSync(host.folder);
    for (const [name, text] of Object.entries(NEXT)) writeFileSync(join(host.folder, name), text);
  }

  function thatOfNext(): Record<string, string> {
    const files = readdirSync(host.folder).map((name) => [
      name,
      readFileSync(join(host.folder, name), 'utf8'),
    ]);
    return Object.fromEntries(files);
  }

  it('to fail where the timer is just about to undo is told what became of it', async () => {
    const { reached, open } = host.programs.stopBefore('ln', './nonce ./decided');
    const steps = host.programs.stopBefore('ip', '-batch ./steps');
    const before = await host.links();
    const ending = apply(1, [REFUSED]);
    await reached();
    steps.open();
    const code = join(host.folder, 'code');
    await until(() => readFileSync(code, 'utf8') !== '', 'the steps to fail');
    open();
    expect(await ending).toMatchObject({ kind: 'applied', rolledBack: true });
    expect(await host.links()).toEqual(before);
    expect(host.leftovers()).toEqual([]);
  });

  it('to clear away leaves the next transaction alone', async () => {
    const { reached, open } = host.programs.stopBefore('rm', host.folder);
    const ending = apply();
    await reached();
    rmSync(host.folder, { recursive: true });
    layDownNext();
    open();
    expect(await ending).toMatchObject({ kind: 'applied', problems: [] });
    expect(thatOfNext()).toEqual(NEXT);
  });

  it('to go into its folder finds that it is another’s, and waits as all others do', async () => {
    const { reached, open } = host.programs.stopAfter('mkdir', host.folder);
    const ending = apply();
    await reached();
    renameSync(host.folder, `${host.folder}.gone.1`);
    layDownNext();
    open();
    expect(await ending).toMatchObject({ kind: 'planned', plan: { refusals: [{ kind: 'locked' }] } });
    expect(thatOfNext()).toEqual(NEXT);
  });
});
