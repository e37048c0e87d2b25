/** Is every file that something was made of looked at again, and told apart from a later version of it? */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Looks, notingReads, untilChanged } from '../../../src/files/noted-reads.ts';
import { load } from '../../../src/load/load.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tft-reads-'));
  writeFileSync(join(folder, 'hosts.yml'), 'all: {hosts: {hv01: {}}}\n');
  writeFileSync(join(folder, 'taps.yml'), '- hosts: all\n  macvtaps: []\n');
  mkdirSync(join(folder, 'group_vars'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const reading = () =>
  notingReads(() => load([join(folder, 'taps.yml')], { inventory: [join(folder, 'hosts.yml')] }));

test('what is looked at without being asked is not noted', async () => {
  const [{ reads }] = await Promise.all([
    reading(),
    load([join(folder, 'other.yml')], { inventory: ['x,'] }),
  ]);
  expect([...reads.keys()].some((path) => path.endsWith('other.yml'))).toBe(false);
});

test.each<[string, () => void]>([
  ['a playbook', () => writeFileSync(join(folder, 'taps.yml'), '- hosts: all\n  macvtaps: [] # more\n')],
  ['an inventory that is gone', () => rmSync(join(folder, 'hosts.yml'))],
  ['variables that were not there', () => writeFileSync(join(folder, 'group_vars/all.yml'), 'a: 1\n')],
  ['a folder of variables that was not there', () => mkdirSync(join(folder, 'host_vars'))],
  ['the same size', () => writeFileSync(join(folder, 'taps.yml'), '- hosts: al!\n  macvtaps: []\n')],
])('%s', async (_what, change) => {
  const { reads } = await reading();
  const abort = new AbortController();
  const changed = untilChanged(reads, { everyMs: 1, signal: abort.signal }).then(() => 'changed');
  change();
  expect(await changed).toBe('changed');
});

test('nothing that stays as it is wakes anybody', async () => {
  const { reads } = await reading();
  const abort = new AbortController();
  let ended = false;
  const waiting = untilChanged(reads, { everyMs: 1, signal: abort.signal }).then(() => {
    ended = true;
  });
  // Long enough for several looks: each of these is one more than a look takes.
  for (let n = 0; n < 5; n++) await reading();
  expect(ended).toBe(false);
  abort.abort();
  await waiting;
});

test('what is still being written is not taken up', () => {
  const looks = new Looks(['a', 'b']);
  const seen = [
    ['a', 'b'],
    ['a', 'c'],
    ['a', 'd'],
    ['a', 'd'],
    ['a', 'b'],
    ['a', 'b'],
  ];
  expect(seen.map((versions) => looks.haveSettled(versions))).toEqual([
    false,
    false,
    false,
    true,
    false,
    false,
  ]);
});
