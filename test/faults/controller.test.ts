/**
 * Is nothing lost where the controller or the way to the hosts is gone in the middle? The built program over real SSH,
 * ended with SIGKILL, and an sshd that ends under it: the hosts take back what nobody confirmed.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { killQuietly } from '../support/sshd-daemon.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { settle } from '../support/sshd-report.ts';
import { until } from '../support/until.ts';

const MACVTAPS = [
  { name: 'm0', lower: 'eno1', mode: 'bridge', mac: '52:54:00:00:0c:01' },
  { name: 'm1', lower: 'eno2', mode: 'vepa', mac: '52:54:00:00:0c:02' },
];

describeWith(FLEET_NEEDS, 'a controller that is gone', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 2 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const marker = (host: string) => join(fleet.folder, `${host}-began`);
  const leftovers = (host: string) => {
    const inode = statSync(`/run/netns/${fleet.host(host).netns}`).ino;
    return readdirSync('/run').filter((name) => name.startsWith(`tapfleet-${inode}`));
  };

  /** Both hosts wait for a moment where their steps begin. */
  function slow(): void {
    for (const name of fleet.names) {
      rmSync(marker(name), { force: true });
      fleet.host(name).sshd.wrapChanges({ before: `: >${marker(name)}; sleep 0.5` });
    }
  }

  async function allTakenBack(): Promise<void> {
    for (const name of fleet.names) {
      await until(
        () => leftovers(name).length === 0,
        () => `${name} to take it back: ${leftovers(name)}`,
      );
      expect(await fleet.ip(name, '-br', 'link', 'show', 'type', 'macvtap')).toBe('');
    }
  }

  /** The daemon and its logins; what they started is let be, as on a host whose sshd is stopped. */
  async function endSshd(name: string): Promise<void> {
    const { stdout } = await runProcess(['ip', 'netns', 'pids', fleet.host(name).netns]);
    for (const pid of stdout.split('\n').filter(Boolean).map(Number)) {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('sshd')) killQuietly(pid);
    }
  }

  const begun = () =>
    until(() => fleet.names.every((name) => existsSync(marker(name))), 'the steps to begin');

  it('with SIGKILL: every host ends as it was, and is free for the next run', async () => {
    slow();
    const playbook = fleet.playbook({ macvtaps: MACVTAPS });
    let pid = 0;
    const run = fleet.tapfleet(
      ['apply', playbook, '-i', fleet.inventory(), '--yes', '--confirm-timeout', '2'],
      {
        started: (child) => {
          pid = child.pid ?? 0;
        },
      },
    );
    await begun();
    expect(pid).toBeGreaterThan(0);
    killQuietly(pid);
    expect((await run).code).toBe(-1);
    await allTakenBack();
    await fleet.reset();
    await settle(fleet, playbook);
  });

  it('behind an sshd that ended: the host that was cut off ends as it was, the other is done', async () => {
    slow();
    const playbook = fleet.playbook({ macvtaps: MACVTAPS });
    const run = fleet.tapfleet(
      ['apply', playbook, '-i', fleet.inventory(), '--yes', '--confirm-timeout', '2'],
      {},
    );
    await begun();
    await endSshd('hv01');
    expect((await run).code).not.toBe(0);
    for (const name of fleet.names) await until(() => leftovers(name).length === 0, `${name} to be free`);
    expect(await fleet.ip('hv01', '-br', 'link', 'show', 'type', 'macvtap')).toBe('');
    expect(
      (await fleet.ip('hv02', '-br', 'link', 'show', 'type', 'macvtap')).trim().split('\n'),
    ).toHaveLength(2);
  });
});
