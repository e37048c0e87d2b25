/** Is the dead-man switch a unit of systemd where the host runs it: armed, stopped by a confirmation, and fired? */
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { applyPlan } from '../../src/fleet/apply.ts';
import { gather } from '../../src/fleet/session.ts';
import type { Answer } from '../../src/host/read-gather.ts';
import type { Mode } from '../../src/model/macvtap.ts';
import type { PlannedHost } from '../../src/model/plan.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import { type Connection, HostTrouble } from '../../src/remote/connection.ts';
import { DECLARED, manifestOf, wanted } from '../support/builders.ts';
import { neverFollows } from '../support/never-follows.ts';

const LEADER = process.env.TAPFLEET_SYSTEMD_LEADER ?? '';

/** A command line inside the container, as a login shell there would run it. */
function run(line: string, input = ''): Answer {
  const { stdout, stderr, status } = spawnSync(
    'nsenter',
    ['--target', LEADER, '--all', '/bin/sh', '-c', line],
    {
      input,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, SSH_CONNECTION: '' },
    },
  );
  return { stdout, stderr, code: status ?? undefined };
}

const timers = () =>
  run('systemctl list-timers --all --no-pager').stdout.match(/tapfleet-undo-\w+\.timer/g) ?? [];
const folders = () => run('ls -d /run/tapfleet-* 2>/dev/null').stdout;
const mode = () => /macvtap mode (\w+)/.exec(run('ip -d link show web0').stdout)?.[1];

/** `confirms`: what happens where the confirmation would be sent. */
function connection(confirms: (command: string) => Answer): Connection {
  return {
    open: true,
    follow: neverFollows,
    close: () => undefined,
    exec: async (command, { stdin }) =>
      command.includes('tapfleet-confirm') ? confirms(command) : run(command, stdin),
  };
}

async function planFor(over: Connection, wish: Mode): Promise<PlannedHost> {
  const manifest = manifestOf('hv01', [wanted('web0', { ...DECLARED, mode: wish })]);
  return planHost(manifest, await gather(over), { allowDisruption: false });
}

function apply(over: Connection, plan: PlannedHost, confirmTimeoutS: number) {
  const context = { confirmTimeoutS, lockTimeoutS: 1, controller: 'me@here' };
  return applyPlan(over, plan, { ...context, connectAgain: async () => over });
}

beforeEach(() => {
  expect(run('cat /proc/1/comm').stdout).toBe('systemd\n');
  run('ip link add eno1 type veth peer name sw1; ip link set eno1 up; ip link set sw1 up');
});
afterEach(() => {
  run('ip link del eno1');
});

test('armed as a unit, which a confirmation stops', async () => {
  let armed: string[] = [];
  const over = connection((command) => {
    armed = timers();
    return run(command);
  });
  const outcome = await apply(over, await planFor(over, 'bridge'), 20);
  expect(outcome).toMatchObject({ kind: 'applied', problems: [] });
  expect(armed).toHaveLength(1);
  expect([timers(), folders(), mode()]).toEqual([[], '', 'bridge']);
});

test('fired where nobody confirms: the old state, no unit and no file', async () => {
  const confirming = connection(run);
  await apply(confirming, await planFor(confirming, 'bridge'), 20);
  const silent = connection(() => {
    throw new HostTrouble({ kind: 'connection-lost', message: 'cut' });
  });
  const outcome = await apply(silent, await planFor(silent, 'private'), 2);
  expect(outcome).toMatchObject({ kind: 'applied', problems: [{ kind: 'connection-lost' }] });
  expect(mode()).toBe('private');
  await vi.waitFor(() => expect([timers(), folders(), mode()]).toEqual([[], '', 'bridge']), {
    timeout: 15_000,
  });
});
