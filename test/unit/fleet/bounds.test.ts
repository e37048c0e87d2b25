/** How many hosts at once, of what a process may have? */
import { expect, test } from 'vitest';
import { boundsOf, threadsFor } from '../../../src/fleet/bounds.ts';
import { sshSettings } from '../../support/ssh-settings.ts';

const plain = sshSettings();
const command = sshSettings({ proxy: { kind: 'command', command: 'nc %h %p' } });

test.each([
  ['as many as asked for', 25, [plain], 1024, { forks: 25, open: 360, keep: 120 }],
  ['no more than files allow', 5000, [plain], 1024, { forks: 360, open: 360, keep: 120 }],
  ['fewer where each takes a program', 5000, [plain, command], 1024, { forks: 90, open: 90, keep: 30 }],
  ['one, however few files', 25, [plain], 10, { forks: 1, open: 1, keep: 0 }],
  ['memory is an end too', 5000, [plain], Number.POSITIVE_INFINITY, { forks: 1000, open: 1512, keep: 256 }],
])('%s', (_title, forks, settings, files, bounds) => {
  expect(boundsOf(forks, settings, files)).toEqual(bounds);
});

test.each([
  ['a small fleet needs none', 100, 8, 0],
  ['nor does one that would only have one', 499, 8, 0],
  ['two, of hosts for two', 500, 8, 2],
  ['as many as there are processors', 10_000, 8, 8],
  ['one processor has no use for threads', 10_000, 1, 0],
])('threads: %s', (_title, hosts, processors, threads) => {
  expect(threadsFor(hosts, processors)).toBe(threads);
});
