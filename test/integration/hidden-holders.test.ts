/**
 * Is a guest safe from a login that cannot see it? Root without CAP_SYS_PTRACE, and a /proc that hides processes: who
 * holds a tap is then unknown, never nobody, and what would cut a guest off is refused.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { killQuietly, type StartOptions } from '../support/sshd-daemon.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report, settle } from '../support/sshd-report.ts';

const HOST = 'hv01';
const GUEST = { name: 'guest0', lower: 'eno1', mode: 'bridge' };
const NO_PTRACE: StartOptions = { under: ['setpriv', '--bounding-set=-sys_ptrace'] };
/** Of this mount alone since Linux 5.8; before, of every /proc there is. */
const HIDDEN: StartOptions = { prepare: ['mount -t proc -o hidepid=2 proc /proc'] };

describeWith([...FLEET_NEEDS, 'setpriv', 'linux>=5.8'], 'holders that a login cannot see', () => {
  let fleet: SshdFleet;
  let replaced: string;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 1 });
    replaced = fleet.playbook({ macvtaps: [{ ...GUEST, queues: 2 }] });
  });
  beforeEach(async () => {
    await restart();
    await fleet.reset();
    await settle(fleet, fleet.playbook({ macvtaps: [GUEST] }));
  });
  afterAll(() => fleet?.close());

  const restart = async (options: StartOptions = {}) => {
    await fleet.stop(HOST);
    await fleet.start(HOST, options);
  };

  it.each([
    { what: 'without CAP_SYS_PTRACE', options: NO_PTRACE },
    { what: 'without it and with hidepid', options: { ...NO_PTRACE, ...HIDDEN } },
    { what: 'without /proc', options: { prepare: ['mount -t tmpfs tmpfs /proc'] } },
  ])('root $what: unknown, and refused', async ({ options }) => {
    const guest = await fleet.openTap(HOST, GUEST.name);
    guest.leaveToReader();
    await restart(options);
    const before = await fleet.snapshot(HOST);
    const applied = await report(fleet, 'apply', replaced);
    expect(applied.change(HOST, GUEST.name)).toMatchObject({
      action: 'replace',
      holders: [],
      holders_known: false,
    });
    expect([applied.code, applied.row(HOST).error?.kind]).toEqual([3, 'disruption']);
    expect(await fleet.snapshot(HOST)).toBe(before);
  });

  it('root with all capabilities sees it where others would not', async () => {
    const guest = await fleet.openTap(HOST, GUEST.name);
    guest.leaveToReader();
    await restart(HIDDEN);
    const plan = await report(fleet, 'plan', replaced);
    expect(plan.change(HOST, GUEST.name)).toMatchObject({
      holders: [{ pid: guest.pid, command: 'cat' }],
      holders_known: true,
    });
  });

  it('a process that has ended and was not yet waited for hides nothing', async () => {
    // `tail` never waits for the child that it did not start.
    const script = 'exec 3<&0; cat <&3 >/dev/null & echo $!; exec tail -f /dev/null 3<&-';
    const parent = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
    try {
      const [pid] = await once(parent.stdout, 'data');
      await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('tail\n');
      parent.stdin.end();
      await expect.poll(() => readFileSync(`/proc/${Number(pid)}/stat`, 'utf8')).toContain(') Z ');
      const plan = await report(fleet, 'plan', replaced);
      expect(plan.change(HOST, GUEST.name)).toMatchObject({ holders: [], holders_known: true });
    } finally {
      killQuietly(parent.pid ?? 0);
    }
  });
});
