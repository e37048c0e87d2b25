/** Records and events that cannot be written, and records that nobody can use: the run they belong to goes on all the same. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { atTerminal } from '../support/at-terminal.ts';
import { onFullDisk } from '../support/full-disk.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';

const TAPS = { macvtaps: ['a0', 'a1', 'a2'].map((name) => ({ name, lower: 'eno1', mode: 'bridge' })) };
/** Of the hosts' lines one has room, and not three. */
const ROOM = 8 * 1024;

describeWith([...FLEET_NEEDS, 'script'], 'run records and events in trouble', () => {
  let fleet: SshdFleet;
  let folder: string;
  let runs = 0;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const fresh = () => {
    folder = join(fleet.folder, `runs-${++runs}`);
    return ['--record', folder];
  };
  const apply = (...args: string[]) => [
    ...['apply', fleet.playbook(TAPS), '-i', fleet.inventory(), '--yes', '--format', 'json', '-f', '1'],
    ...args,
  ];
  const statuses = (stdout: string) =>
    JSON.parse(stdout).hosts.map(({ status }: { status: string }) => status);
  const count = (text: string, words: RegExp) => text.match(new RegExp(words, 'g'))?.length ?? 0;
  const lines = (file: string) => readFileSync(file, 'utf8').split('\n').filter(Boolean);

  it('changes every host and reports it where the disk of its record fills up, and leaves no half of a line', async () => {
    const { code, stdout, stderr, kept } = await onFullDisk(fleet, apply('--record', 'r'), { bytes: ROOM });
    expect([code, stderr]).toEqual([0, expect.stringContaining('not written down any further')]);
    expect(statuses(stdout)).toEqual(['changed', 'changed', 'changed']);
    expect(count(stderr, /not written down any further in r\/\S+: ENOSPC/)).toBe(1);
    expect(stderr).not.toMatch(/undo last|fault/);
    const [name = ''] = readdirSync(join(kept, 'r'));
    const written = lines(join(kept, 'r', name)).map((line) => JSON.parse(line));
    expect(written.map(({ record }) => record)).toEqual(expect.arrayContaining(['start', 'host']));
    expect(written.at(-1)).not.toMatchObject({ record: 'end' });
  });

  it('does so where that of its events is full', async () => {
    const args = apply('--record', join(fleet.folder, 'r-events'), '--events', 'log');
    const { code, stdout, stderr, kept } = await onFullDisk(fleet, args, { bytes: 4096, filled: true });
    expect([code, stderr]).toEqual([0, expect.stringContaining('written down in')]);
    expect(statuses(stdout)).toEqual(['changed', 'changed', 'changed']);
    expect(count(stderr, /--events log is not written any further: ENOSPC/)).toBe(1);
    expect(lines(join(kept, 'log')).map((line) => JSON.parse(line))).toEqual([]);
  });

  it('says before a host is touched that the first line has no room, and goes on where nobody named the folder', async () => {
    const full = { bytes: 4096, filled: true };
    const usual = await onFullDisk(fleet, apply(), full);
    expect([usual.code, usual.stderr]).toEqual([0, expect.stringMatching(/ENOSPC.*\n.*cannot be undone/)]);
    expect(usual.stderr).not.toMatch(/any further|fault/);
    expect(readdirSync(join(usual.kept, '.tapfleet/runs'))).toEqual([]);
    const named = await onFullDisk(fleet, apply('--record', 'r'), full);
    expect([named.code, named.stdout]).toEqual([1, '']);
    expect(readdirSync(join(named.kept, 'r'))).toEqual([]);
  });

  it('leaves no record of a run that could not begin', async () => {
    await fleet.stop('hv02');
    await fleet.tapfleet(apply(...fresh(), '--retries', '0'));
    const before = readdirSync(folder);
    const refused = await fleet.tapfleet(apply('--record', folder, '--events', '/proc/none/x'));
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--events')]);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('does not try for ever to make a folder where none can be', async () => {
    const { code, stderr } = await fleet.tapfleet(apply('--record', '/proc/1/x/y'), { deadlineMs: 20_000 });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('cannot be written down in /proc/1/x/y: ENOENT'),
    ]);
    const deep = join(fleet.folder, 'made', 'by', 'the', 'way');
    expect((await fleet.tapfleet(apply('--record', deep))).code).toBe(0);
    expect(readdirSync(deep)).toHaveLength(1);
  });

  it('passes over records of which nothing can be made, and lists them', async () => {
    const playbook = fleet.playbook(TAPS);
    await report(fleet, 'apply', playbook, fresh());
    const [name = ''] = readdirSync(folder);
    const [start = ''] = lines(join(folder, name));
    writeFileSync(join(folder, '29990101-000000001-aaaaaa.jsonl'), '');
    writeFileSync(join(folder, '29990101-000000002-aaaaaa.jsonl'), `${start}\n`);
    mkdirSync(join(folder, '29990101-000000003-aaaaaa.jsonl'));
    const list = await fleet.tapfleet(['runs', '--record', folder]);
    expect([list.code, list.stderr]).toEqual([0, '']);
    expect(list.stdout.split('\n').filter(Boolean)).toEqual([
      expect.stringContaining('unreadable: it cannot be read: EISDIR'),
      expect.stringContaining('0 hosts'),
      expect.stringContaining('unreadable: it has no first line'),
      expect.stringContaining('3 hosts: 3 changed'),
    ]);
    const rerun = await report(fleet, 'apply', playbook, [
      ...['--record', folder, '--rerun', 'failed', '--check'],
    ]);
    expect(rerun.stderr).toContain(`0 of 3 hosts, after the run ${name.replace('.jsonl', '')}`);
    const undo = await fleet.tapfleet(['undo', 'last', '-i', fleet.inventory(), '--record', folder, '--yes']);
    expect(undo.code).toBe(0);
    for (const [n, why] of [
      [1, 'it has no first line'],
      [2, 'it says nothing of any host'],
      [3, 'it cannot be read: EISDIR'],
    ] as const) {
      expect(undo.stderr).toContain(`the run 29990101-00000000${n}-aaaaaa is passed over: ${why}`);
    }
    expect(undo.stderr).toContain('written down in');
  });

  it('can be read back though passwords are words and numbers of it', async () => {
    const events = join(fleet.folder, 'secret-events');
    const taps = (mtu: number, mode: string) =>
      fleet.playbook({ macvtaps: [{ name: 'a0', lower: 'eno1', mode, mtu }] });
    await report(fleet, 'apply', taps(1458, 'bridge'), ['--no-record']);
    const before = await Promise.all(fleet.names.map((name) => fleet.snapshot(name)));
    for (const [name, password] of ['start', '1458', 'bridge', 'hv01', 'eno1', 'changed'].entries()) {
      const inventory = fleet.inventory({ ansible_become_password: password });
      const args = [...fresh(), '--events', `${events}-${name}`];
      const applied = await report(fleet, 'apply', taps(1400, 'private'), args, { inventory });
      expect(applied.statuses).toEqual(['changed', 'changed', 'changed']);
      const told = lines(`${events}-${name}`).map((line) => JSON.parse(line));
      expect(told.filter(({ event }) => event === 'host-finished').map(({ host }) => host)).toEqual(
        expect.arrayContaining(['hv01', 'hv02', 'hv03']),
      );
      const back = ['undo', 'last', '-i', inventory, '--record', folder, '--yes'];
      const { code, stderr } = await fleet.tapfleet(back);
      expect([password, code, stderr]).toEqual([password, 0, expect.stringContaining('written down in')]);
      const after = await Promise.all(fleet.names.map((host) => fleet.snapshot(host)));
      expect([password, ...after]).toEqual([password, ...before]);
    }
  });

  it('writes a run down that asks, finds nothing to change, and misses a host', async () => {
    const playbook = fleet.playbook(TAPS);
    await report(fleet, 'apply', playbook, fresh());
    await fleet.stop('hv02');
    const args = ['apply', playbook, '-i', fleet.inventory(), '--record', folder, '--retries', '0'];
    const { code } = await atTerminal(args, { answers: [], netns: fleet.controller, home: fleet.folder });
    expect(code).toBe(4);
    expect(readdirSync(folder)).toHaveLength(2);
    const rerun = await report(fleet, 'apply', playbook, [
      ...['--record', folder, '--rerun', 'failed', '--check', '--retries', '0'],
    ]);
    expect(rerun.stderr).toContain('--rerun failed: 1 of 3 hosts');
    expect(existsSync(join(fleet.folder, '.tapfleet'))).toBe(false);
  });
});
