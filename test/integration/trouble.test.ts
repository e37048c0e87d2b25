/**
 * One host's trouble is that host's row: a host that is off, one that dies while it is being changed, one whose kernel
 * refuses a step half way. It ends as it was, the others are done as if nothing had happened, and the report says so.
 */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { expectNothingLeft, report, settle } from '../support/sshd-report.ts';

const MACVTAPS = ['a0', 'b0', 'c0'].map((name) => ({ name, lower: 'eno1', mode: 'bridge' }));

describeWith([...FLEET_NEEDS, 'mkfifo'], 'trouble on one host', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 4 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const isThere = async (host: string, name: string) =>
    (await fleet.exec(host, ['test', '-e', `/sys/class/net/${name}`])).code === 0;

  /** An `ip` on this host that, before a batch, says that it got there and waits for as long as it lives. */
  const blockBatch = (host: string): Promise<unknown> => {
    const { sshd, folder } = fleet.host(host);
    const [reached, go] = [join(folder, 'reached'), join(folder, 'go')];
    spawnSync('rm', ['-f', reached, go]);
    if (spawnSync('mkfifo', [reached, go]).status !== 0) throw new Error('mkfifo failed');
    const wait = `echo here >'${reached}'; read -r word <'${go}'`;
    sshd.wrapChanges({ before: wait });
    return readFile(reached);
  };

  it('says that a host is off, and does the others', async () => {
    const playbook = fleet.playbook({ macvtaps: MACVTAPS });
    await fleet.stop('hv02');
    const plan = await report(fleet, 'plan', playbook);
    expect([plan.code, ...plan.statuses]).toEqual([4, 'changes', 'unreachable', 'changes', 'changes']);
    const applied = await report(fleet, 'apply', playbook);
    expect([applied.code, ...applied.statuses]).toEqual([4, 'changed', 'unreachable', 'changed', 'changed']);
    expect(applied.row('hv02')).toMatchObject({ changes: [], error: { kind: 'connection-refused' } });
    expect((await report(fleet, 'drift', playbook)).code).toBe(4);
    await fleet.start('hv02');
    await settle(fleet, playbook);
  });

  it('says that a host did not answer in time', async () => {
    const { sshd } = fleet.host('hv03');
    const pid = sshd.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      const playbook = fleet.playbook({ macvtaps: MACVTAPS });
      const plan = await report(fleet, 'plan', playbook, ['--connect-timeout', '1']);
      expect([plan.code, ...plan.statuses]).toEqual([4, 'changes', 'changes', 'unreachable', 'changes']);
      expect(plan.row('hv03').error?.kind).toBe('connect-timeout');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  /** Nothing of what was tried is left on this host. */
  const expectUntouched = async (host: string, before: string) => {
    expect(fleet.transactions(host)).toEqual([]);
    expect(await fleet.snapshot(host)).toBe(before);
  };

  const LOSSES = [
    { what: 'whose sshd dies', lose: () => fleet.host('hv02').sshd.cut({ sessions: true }), alone: true },
    // Nobody is left on the host to undo: who comes next takes over the lock, and what it finds half done.
    { what: 'whose every process dies', lose: () => fleet.stop('hv02'), alone: false },
  ];

  it.each(LOSSES)('ends a host $what while it is changed in the old state', async ({ lose, alone }) => {
    const playbook = fleet.playbook({ macvtaps: MACVTAPS });
    const before = await fleet.snapshot('hv02');
    const reached = blockBatch('hv02');
    const running = report(fleet, 'apply', playbook, ['--confirm-timeout', '2']);
    await reached;
    await lose();
    const applied = await running;
    expect([applied.code, ...applied.statuses]).toEqual([3, 'changed', 'failed', 'changed', 'changed']);
    expect(applied.row('hv02').error?.kind).toBe('connection-lost');
    expect(applied.row('hv02').error?.message).toMatch(/takes back by itself within 2 s/);
    expect(applied.row('hv02').changes.map((change) => change.result)).toEqual(Array(3).fill('unknown'));
    expect(applied.change('hv03', 'b0').result).toBe('done');
    fleet.host('hv02').sshd.unwrap('ip');
    if (alone) {
      await fleet.idle('hv02');
      await expectUntouched('hv02', before);
    } else expect(fleet.transactions('hv02')).toHaveLength(1);
    await fleet.start('hv02');
    await settle(fleet, playbook);
    expect(fleet.transactions('hv02')).toEqual([]);
  });

  it('counts a host that dies while it is read as unreachable, never as in sync', async () => {
    const playbook = fleet.playbook({ macvtaps: MACVTAPS });
    await settle(fleet, playbook);
    const { sshd, folder } = fleet.host('hv04');
    const [reached, go] = [join(folder, 'reading'), join(folder, 'never')];
    if (spawnSync('mkfifo', [reached, go]).status !== 0) throw new Error('mkfifo failed');
    sshd.wrap('ip', `echo here >'${reached}'; read -r word <'${go}'`);
    const running = report(fleet, 'drift', playbook, ['--retries', '0']);
    await readFile(reached);
    await fleet.stop('hv04');
    const drift = await running;
    expect([drift.code, ...drift.statuses]).toEqual([4, 'in-sync', 'in-sync', 'in-sync', 'unreachable']);
    expect(drift.row('hv04').error?.kind).toBe('connection-lost');
  });

  it('takes back what was made where the kernel refuses a step', async () => {
    const playbook = fleet.playbook({ macvtaps: MACVTAPS });
    const { sshd } = fleet.host('hv03');
    const before = await fleet.snapshot('hv03');
    // Of three creations the second one's first line goes wrong: its uplink went away in between.
    sshd.wrapChanges({ edit: '/name b0 /s/link eno1/link gone9/' });
    const applied = await report(fleet, 'apply', playbook);
    expect([applied.code, ...applied.statuses]).toEqual([3, 'changed', 'changed', 'rolled-back', 'changed']);
    expect(applied.row('hv03').changes.map((change) => [change.interface, change.result])).toEqual([
      ['a0', 'undone'],
      ['b0', 'undone'],
      ['c0', 'undone'],
    ]);
    expect(applied.row('hv03').error).toMatchObject({ kind: 'kernel', interface: 'b0' });
    expect(applied.row('hv03').error?.message).toMatch(/Cannot find device "gone9"/);
    await expectUntouched('hv03', before);
    sshd.unwrap('ip');
    expect((await settle(fleet, playbook)).report.summary).toMatchObject({
      in_sync: 3,
      changed: 1,
      create: 3,
    });
  });

  it('says what could not be taken back, finds it half made, and finishes it', async () => {
    const playbook = fleet.playbook({ macvtaps: MACVTAPS });
    const { sshd } = fleet.host('hv01');
    sshd.wrapChanges({ edit: '/dev b0 addrgenmode/s/b0/gone9/', undo: '/del.* b0$/d' });
    const applied = await report(fleet, 'apply', playbook);
    expect([applied.code, applied.row('hv01').status]).toEqual([3, 'failed']);
    expect(applied.row('hv01').changes.map(({ result }) => result)).toEqual(['undone', 'unknown', 'undone']);
    expect(fleet.transactions('hv01')).toEqual([]);
    const messages = applied
      .row('hv01')
      .errors?.map(({ message }) => message)
      .join('\n');
    expect(messages).toMatch(/b0: could not be put back as it was/);
    sshd.unwrap('ip');
    const again = await settle(fleet, playbook);
    expect(again.change('hv01', 'b0').action).toBe('update');
  });

  it('does not take the word of `ip`: what is not seen on the host is not done', async () => {
    const playbook = fleet.playbook({ macvtaps: MACVTAPS });
    const { sshd } = fleet.host('hv02');
    const before = await fleet.snapshot('hv02');
    sshd.wrapChanges({ edit: '/dev c0 allmulticast/s/allmulticast on/mtu 1500/' });
    const applied = await report(fleet, 'apply', playbook);
    expect([applied.code, ...applied.statuses]).toEqual([3, 'changed', 'rolled-back', 'changed', 'changed']);
    expect(applied.row('hv02').changes.map(({ result }) => result)).toEqual(Array(3).fill('undone'));
    await expectUntouched('hv02', before);
    expect(applied.row('hv02').error).toMatchObject({ kind: 'verification', interface: 'c0' });
    expect(applied.row('hv02').error?.message).toMatch(/allmulticast is false, planned true/);
    sshd.unwrap('ip');
    await settle(fleet, playbook);
  });

  it('ends with 130 when interrupted, having finished the host that was at work', async () => {
    const playbook = fleet.playbook({ macvtaps: MACVTAPS });
    const { folder } = fleet.host('hv01');
    const reached = blockBatch('hv01');
    let interrupt = () => {};
    const running = fleet.tapfleet(['apply', playbook, '-i', fleet.inventory(), '--yes', '--forks', '1'], {
      started: (child) => {
        interrupt = () => child.kill('SIGINT');
      },
    });
    await reached;
    interrupt();
    spawnSync('sh', ['-c', `echo go >'${join(folder, 'go')}'`]);
    const { code } = await running;
    expect(code).toBe(130);
    expect([await isThere('hv01', 'c0'), await isThere('hv04', 'a0')]).toEqual([true, false]);
    fleet.host('hv01').sshd.unwrap('ip');
    await settle(fleet, playbook);
    await expectNothingLeft(fleet, playbook);
  });
});
