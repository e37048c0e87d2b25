/** Records and events that cannot be written: the run they belong to goes on all the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { onFullDisk } from '../support/full-disk.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';

const TAPS = { macvtaps: ['a0', 'a1', 'a2'].map((name) => ({ name, lower: 'eno1', mode: 'bridge' })) };
/** Of the hosts' lines one has room, and not three. */
const ROOM = 8 * 1024;

describeWith(FLEET_NEEDS, 'run records and events in trouble', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

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
});
