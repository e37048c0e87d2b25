/**
 * Somebody takes a transaction back and is ended in the middle of it, as by the kernel for want of memory: does who waits for
 * it finish what is left, instead of waiting for ever?
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { applyPlan } from '../../src/fleet/apply.ts';
import { gather } from '../../src/fleet/session.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import type { PlannedHost } from '../../src/model/plan.ts';
import type { Step } from '../../src/model/step.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import type { Connection } from '../../src/remote/connection.ts';
import { DECLARED, manifestOf, wanted } from '../support/builders.ts';
import { FaultHost } from '../support/fault-host.ts';
import { describeWith } from '../support/needs.ts';

const REFUSED: Step = { interfaces: ['m0'], operation: { op: 'mtu', name: 'sw1', value: 70_000 } };

describeWith(['root', 'macvtap', 'ip'], 'an undoing that is ended', () => {
  let host: FaultHost;

  beforeEach(async () => {
    host = await FaultHost.make([]);
  });
  afterEach(() => host?.remove());

  async function apply(
    confirmTimeoutS: number,
    change: (plan: PlannedHost) => PlannedHost,
    connectAgain: (connection: Connection) => Promise<Connection>,
  ): Promise<HostOutcome> {
    const connection = host.connection();
    const manifest = manifestOf('hv', [wanted('m0', DECLARED)]);
    const plan = change(planHost(manifest, await gather(connection), { allowDisruption: false }));
    return applyPlan(connection, plan, {
      confirmTimeoutS,
      lockTimeoutS: 0,
      controller: 'test',
      connectAgain: () => connectAgain(connection),
    });
  }

  /** From the first undoing on. */
  function ending(): () => Promise<void> {
    const { reached, open } = host.programs.stopBefore('ip', '-force -batch ./back');
    return async () => {
      await reached();
      const [pid] = readFileSync(join(host.folder, 'undoer'), 'utf8').split(' ');
      process.kill(Number(pid), 'SIGKILL');
      open();
    };
  }

  it('is finished by a confirmation that came too late', async () => {
    const before = await host.links();
    const end = ending();
    const outcome = await apply(
      1,
      (plan) => ({ ...plan, confirmOver: 'new-connection' }),
      async (connection) => {
        await end();
        return connection;
      },
    );
    expect(outcome).toMatchObject({
      kind: 'applied',
      rolledBack: true,
      problems: [{ kind: 'not-confirmed' }],
    });
    expect(await host.links()).toEqual(before);
    expect(host.leftovers()).toEqual([]);
  });

  it.each([0, 20])(
    'is finished by the session where a step failed (switch: %d s)',
    async (confirmTimeoutS) => {
      const before = await host.links();
      const end = ending();
      const outcome = apply(
        confirmTimeoutS,
        (plan) => ({ ...plan, steps: [...plan.steps, REFUSED] }),
        async (connection) => connection,
      );
      await end();
      expect(await outcome).toMatchObject({
        kind: 'applied',
        rolledBack: true,
        problems: [{ kind: 'kernel' }],
      });
      expect(await host.links()).toEqual(before);
      expect(host.leftovers()).toEqual([]);
    },
  );
});
