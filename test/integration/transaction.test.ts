/**
 * Is a host safe from two controllers at once, from one that vanishes, from losing its own way in and from a mistake that
 * would delete everything? Over the real program and sshd.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS, findProgram } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';
import { whenWritten } from '../support/when-written.ts';

const A0 = { name: 'a0', lower: 'eno1', mode: 'bridge' };
const HOST = 'hv01';
const ONE = ['--limit', HOST];

/** Waits for `cut0`, opens its tap by device number (the name in /dev is shared by all hosts of this machine), holds it. */
const OPEN_CUT0 = `
until dev=$(cat /sys/class/net/cut0/macvtap/tap*/dev 2>/dev/null); do sleep 0.01; done
node=/dev/tft-cut0-$$; mknod "$node" c "\${dev%:*}" "\${dev#*:}"; exec 3<>"$node"; rm -f "$node"
exec sleep 30`;

describeWith([...FLEET_NEEDS, 'mkfifo'], 'transactions', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  /** Holds a host up before its steps: `reached` resolves there, `release` lets it go on. */
  const holdUp = (host: string) => {
    const { sshd, folder } = fleet.host(host);
    const [here, go] = [join(folder, 'here'), join(folder, 'go')];
    spawnSync('rm', ['-f', here, go]);
    if (spawnSync('mkfifo', [here, go]).status !== 0) throw new Error('mkfifo failed');
    sshd.wrapChanges({ before: `echo here >'${here}'; read -r word <'${go}'` });
    return {
      reached: readFile(here),
      release: () => {
        sshd.unwrap('ip');
        if (spawnSync('timeout', ['5', 'sh', '-c', `echo go >'${go}'`]).status !== 0)
          throw new Error('nobody waits to be released');
      },
    };
  };

  /** Resolves when somebody waits for the lock of a host whose other transaction has come to its steps. */
  const lockAwaited = async () => {
    const { sshd, folder } = fleet.host(HOST);
    const waits = join(folder, 'waits');
    spawnSync('rm', ['-rf', waits]);
    const awaited = whenWritten(waits, 'for the lock');
    sshd.wrap('sleep', `echo for the lock >'${waits}/word'; exec ${findProgram('sleep')} "$@"`);
    await awaited;
    sshd.unwrap('sleep');
  };

  it('tells a second controller who is at work and since when, and touches nothing', async () => {
    const began = Date.now();
    const { reached, release } = holdUp(HOST);
    const first = report(fleet, 'apply', fleet.playbook({ macvtaps: [A0] }), ONE);
    await reached;
    const other = fleet.playbook({ macvtaps: [{ ...A0, name: 'b0', lower: 'eno2' }] });
    const second = await report(fleet, 'apply', other, [...ONE, '--lock-timeout', '0']);
    expect([second.code, ...second.statuses]).toEqual([3, 'refused']);
    expect(second.row(HOST).error?.kind).toBe('locked');
    const [, who, since = ''] =
      /^(\S+) is at work on this host since (\S+);/.exec(second.row(HOST).error?.message ?? '') ?? [];
    expect(who).toBe(`${userInfo().username}@${hostname()}`);
    expect(Date.parse(since)).toBeGreaterThanOrEqual(began - 1000);
    expect(Date.parse(since)).toBeLessThanOrEqual(Date.now());
    release();
    expect((await first).statuses).toEqual(['changed']);
    expect(await fleet.ip(HOST, '-br', 'link', 'show', 'type', 'macvtap')).not.toContain('b0');
    expect(fleet.transactions(HOST)).toEqual([]);
  });

  it.each([
    { what: 'then does what is its own: changed', b: { name: 'b0', lower: 'eno2' }, status: 'changed' },
    { what: 'then sees whose the first has made it: refused', b: {}, status: 'refused' },
  ])('waits for another transaction to end; $what', async ({ b, status }) => {
    const { reached, release } = holdUp(HOST);
    const first = report(fleet, 'apply', fleet.playbook({ macvtaps: [A0] }), ONE);
    await reached;
    const play = fleet.playbook({ owner: 'second', macvtaps: [{ ...A0, ...b }] });
    const second = report(fleet, 'apply', play, [...ONE, '--lock-timeout', '20']);
    await lockAwaited();
    release();
    expect((await first).statuses).toEqual(['changed']);
    const { statuses, row } = await second;
    expect(statuses).toEqual([status]);
    if (status === 'refused')
      expect(row(HOST).error).toMatchObject({
        kind: 'foreign-owner',
        message: expect.stringContaining('a0'),
      });
    expect(fleet.transactions(HOST)).toEqual([]);
  });

  it.each([
    { lower: 'eno1', over: 'same-connection', connections: 1 },
    { lower: 'mgmt0', over: 'new-connection', connections: 2 },
  ])('confirms a change on $lower over the $over', async ({ lower, over, connections }) => {
    const { sshd } = fleet.host(HOST);
    const since = sshd.log.length;
    const applied = await report(fleet, 'apply', fleet.playbook({ macvtaps: [{ ...A0, lower }] }), ONE);
    await sshd.waitForLog(new RegExp(`(?:Disconnected from user[^]*){${connections}}`), since);
    expect([applied.code, applied.row(HOST).status, applied.row(HOST).confirm_over]).toEqual([
      0,
      'changed',
      over,
    ]);
    expect(sshd.log.slice(since).match(/^Connection from /gm)).toHaveLength(connections);
    expect(fleet.transactions(HOST)).toEqual([]);
  });

  it('takes back a change on the management device that no new login confirms', async () => {
    const before = await fleet.snapshot(HOST);
    const { reached, release } = holdUp(HOST);
    const play = fleet.playbook({ macvtaps: [{ ...A0, lower: 'mgmt0' }] });
    const running = report(fleet, 'apply', play, [...ONE, '--confirm-timeout', '2']);
    await reached;
    await fleet.host(HOST).sshd.cut({ sessions: false });
    release();
    const { code, statuses } = await running;
    expect([code, ...statuses]).toEqual([3, 'failed']);
    await fleet.idle(HOST);
    expect(await fleet.snapshot(HOST)).toBe(before);
  });

  it('refuses what could cut it off; allowed, a new login must confirm it', async () => {
    const before = await fleet.snapshot(HOST);
    const play = fleet.playbook({ macvtaps: [{ name: 'cut0', lower: 'mgmt0', mode: 'passthru' }] });
    const refused = await report(fleet, 'apply', play, ONE);
    expect([refused.code, ...refused.statuses]).toEqual([3, 'refused']);
    expect(refused.row(HOST).error).toMatchObject({ kind: 'lockout', interface: 'cut0' });
    expect(await fleet.snapshot(HOST)).toBe(before);

    // A passthru that no guest has opened lets frames pass: the new login is made, and confirms.
    const { sshd } = fleet.host(HOST);
    const since = sshd.log.length;
    const made = await report(fleet, 'apply', play, [...ONE, '--allow-lockout', '--no-confirm']);
    expect([made.code, ...made.statuses]).toEqual([0, 'changed']);
    expect(made.row(HOST).confirm_over).toBe('new-connection');
    // Not even --no-confirm does it without the switch: the second login is the one that disarms it.
    expect(sshd.log.slice(since).match(/Accepted publickey/g)).toHaveLength(2);
    expect(fleet.transactions(HOST)).toEqual([]);
  });

  it('comes back by itself where a guest on the management device really cuts the connection', async () => {
    const { netns } = fleet.host(HOST);
    const before = await fleet.snapshot(HOST);
    // A guest that opens the tap as soon as it is there: from then on it takes every frame of the device.
    const guest = spawn('ip', ['netns', 'exec', netns, 'sh', '-c', OPEN_CUT0], { stdio: 'ignore' });
    const gone = once(guest, 'exit');
    try {
      const play = fleet.playbook({ macvtaps: [{ name: 'cut0', lower: 'mgmt0', mode: 'passthru' }] });
      const options = [...ONE, '--allow-lockout', '--confirm-timeout', '3', '--connect-timeout', '2'];
      const cut = await report(fleet, 'apply', play, options);
      expect(cut.code).toBe(3);
      expect(cut.statuses).toEqual([expect.stringMatching(/^(?:failed|rolled-back)$/)]);
      await expect.poll(() => fleet.transactions(HOST), { timeout: 15_000 }).toEqual([]);
      expect(await fleet.snapshot(HOST)).toBe(before);
    } finally {
      guest.kill('SIGKILL');
      await gone;
    }
  });

  it('refuses to delete too many, with the numbers, unless so many are allowed', async () => {
    const macvtaps = Array.from({ length: 12 }, (_, n) => ({ ...A0, name: `a${n}` }));
    expect((await report(fleet, 'apply', fleet.playbook({ macvtaps }), ONE)).statuses).toEqual(['changed']);
    const before = await fleet.snapshot(HOST);
    const few = fleet.playbook({ macvtaps: macvtaps.slice(0, 3) });
    const refused = await report(fleet, 'apply', few, ONE);
    expect([refused.code, ...refused.statuses]).toEqual([3, 'refused']);
    expect(refused.row(HOST).error?.kind).toBe('prune-limit');
    expect(refused.row(HOST).error?.message).toMatch(/delete 9 of 12 owned interfaces, more than 6: /);
    expect((await report(fleet, 'apply', few, [...ONE, '--max-delete', '8'])).statuses).toEqual(['refused']);
    expect(await fleet.snapshot(HOST)).toBe(before);
    const allowed = await report(fleet, 'apply', few, [...ONE, '--max-delete', '9']);
    expect([allowed.code, allowed.report.summary.delete]).toEqual([0, 9]);
  });

  it('finishes the hosts at work after one SIGINT, starts no other, and exits 130', async () => {
    const held = ['hv01', 'hv02'].map(holdUp);
    let child: ChildProcess | undefined;
    const running = report(fleet, 'apply', fleet.playbook({ macvtaps: [A0] }), ['--forks', '2'], {
      started: (one) => {
        child = one;
      },
    });
    await Promise.all(held.map(({ reached }) => reached));
    child?.kill('SIGINT');
    for (const { release } of held) release();
    const { code, statuses } = await running;
    expect([code, ...statuses]).toEqual([130, 'changed', 'changed', 'skipped']);
    for (const name of fleet.names) expect(fleet.transactions(name)).toEqual([]);
  });

  it('ends at once after two, and the host takes back what was not confirmed', async () => {
    const before = await fleet.snapshot(HOST);
    const { reached, release } = holdUp(HOST);
    let child: ChildProcess | undefined;
    const argv = ['apply', fleet.playbook({ macvtaps: [A0] }), '-i', fleet.inventory(), '--yes', ...ONE];
    const running = fleet.tapfleet([...argv, '--confirm-timeout', '2'], {
      started: (one) => {
        child = one;
      },
    });
    await reached;
    child?.kill('SIGINT');
    const again = () => {
      if (child?.exitCode === null) child.kill('SIGINT');
      return child?.exitCode;
    };
    await expect.poll(again).toBe(130);
    expect((await running).code).toBe(130);
    release();
    await fleet.idle(HOST);
    expect(await fleet.snapshot(HOST)).toBe(before);
  });

  it.each([true, false])(
    'ends in the old state where the program is killed (steps made: %s)',
    async (made) => {
      const before = await fleet.snapshot(HOST);
      const { reached, release } = holdUp(HOST);
      const play = fleet.playbook({ macvtaps: [A0] });
      let child: ChildProcess | undefined;
      const argv = ['apply', play, '-i', fleet.inventory(), '--yes', ...ONE, '--confirm-timeout', '2'];
      const running = fleet.tapfleet(argv, {
        started: (one) => {
          child = one;
        },
      });
      await reached;
      child?.kill('SIGKILL');
      expect((await running).code).toBe(-1);
      expect(fleet.transactions(HOST)).toHaveLength(1);
      if (made) release();
      await fleet.idle(HOST);
      expect(await fleet.snapshot(HOST)).toBe(before);
      fleet.host(HOST).sshd.unwrap('ip');
      expect((await report(fleet, 'apply', play, ONE)).statuses).toEqual(['changed']);
    },
  );
});
