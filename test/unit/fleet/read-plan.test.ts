/** Is a host read in one session, and looked for holders in only where somebody could be cut off? On real namespaces. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPlan } from '../../../src/fleet/read-plan.ts';
import { GATHER_NAME } from '../../../src/host/gather-script.ts';
import type { Connection } from '../../../src/remote/connection.ts';
import { DECLARED, manifestOf, wanted } from '../../support/builders.ts';
import { FaultHost } from '../../support/fault-host.ts';
import { describeWith } from '../../support/needs.ts';
import { sshSettings } from '../../support/ssh-settings.ts';

const SLOT = { release: () => {}, take: () => Promise.resolve() };

describeWith(['root', 'macvtap', 'ip'], 'reading for a plan', () => {
  let host: FaultHost;
  let sessions: number;

  beforeEach(async () => {
    host = await FaultHost.make(['link add link eno1 name m0 index $I0 type macvtap mode bridge']);
    sessions = 0;
  });
  afterEach(() => host?.remove());

  function plan(name: string, over = (connection: Connection): Connection => connection) {
    const started = (command: string) => {
      expect(command).toContain(` ${GATHER_NAME} `);
      sessions++;
    };
    const target = {
      host: 'hv',
      settings: sshSettings({}),
      manifest: manifestOf('hv', [wanted(name, DECLARED)], [], []),
    };
    const options = { guard: { allowDisruption: false }, prints: false };
    return readPlan(over(host.connection({ started })), target, options, SLOT);
  }

  it('looks for nobody where only something new is to be made', async () => {
    const { changes, observed } = await plan('n0');
    expect([changes.map(({ action }) => action), sessions]).toEqual([['create'], 1]);
    expect(observed.macvtaps.get('m0')?.holders).toBe('unknown');
  });

  it('looks in the same session where an interface that is there would be changed', async () => {
    const { changes } = await plan('m0');
    expect(changes).toMatchObject([{ interface: 'm0', holders: [] }]);
    expect(sessions).toBe(1);
  });

  it('looks in a second one where nothing can be said to the first', async () => {
    const { changes } = await plan('m0', (connection) => ({
      open: true,
      follow: connection.follow,
      close: () => connection.close(),
      exec: (command, { reply: _reply, ...options }) => connection.exec(command, options),
    }));
    expect(changes).toMatchObject([{ interface: 'm0', holders: [] }]);
    expect(sessions).toBe(2);
  });

  it('does not believe a list of holders whose end never comes', async () => {
    const cut = plan('m0', (connection) => ({
      open: true,
      follow: connection.follow,
      close: () => connection.close(),
      exec: async (command, options) => {
        const answer = await connection.exec(command, options);
        return { ...answer, stdout: answer.stdout.slice(0, answer.stdout.lastIndexOf('@@tapfleet:')) };
      },
    }));
    await expect(cut).rejects.toMatchObject({ problem: { kind: 'bad-answer' } });
  });
});
