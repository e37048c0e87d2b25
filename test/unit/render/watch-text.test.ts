/** Is what a watch says one line, whatever hosts and their interfaces are called? */
import { expect, test } from 'vitest';
import type { Problem } from '../../../src/model/problem.ts';
import type { WatchEvent, WatchedChange } from '../../../src/model/watch.ts';
import { styleOf } from '../../../src/render/style.ts';
import { renderWatchEvent, watchEventJson } from '../../../src/render/watch-text.ts';
import { reportHost } from '../../../src/report/build.ts';
import { applied, change } from './builders.ts';

const TIME = '2026-11-25T06:46:32.712Z';
const EVIL = 'a\u001b[2J\u202e\nb';
const text = (event: WatchEvent) => renderWatchEvent(event, TIME, styleOf(false)).replace(`${TIME} `, '');

const healed = (...problems: Problem[]) =>
  reportHost(applied('hv01', [change('update', 'web0')], { web0: 'done' }, problems));
const drifted: WatchedChange = {
  interface: 'web0',
  action: 'update',
  cause: 'drift',
  fields: [
    { field: 'mode', before: 'vepa', after: 'bridge' },
    { field: 'mtu', before: 1300, after: 1400 },
  ],
};
const state = (
  status: 'changes' | 'in-sync' | 'unreachable',
  changes: readonly WatchedChange[],
  message?: string,
): WatchEvent => ({
  event: 'host-state',
  host: 'hv01',
  was: 'in-sync',
  state: { status, changes, errors: message === undefined ? [] : [{ kind: 'connection-lost', message }] },
});

test.each<[WatchEvent, string]>([
  [state('in-sync', []), 'hv01 in-sync\n'],
  [state('changes', [drifted]), 'hv01 changes: web0 mode vepa, not bridge, mtu 1300, not 1400 (drift)\n'],
  [
    state('changes', [
      { ...drifted, action: 'create', cause: 'pending', fields: [] },
      { ...drifted, interface: 'old0', action: 'delete', cause: 'pending', fields: [] },
    ]),
    'hv01 changes: web0 is missing (pending); old0 should not be there (pending)\n',
  ],
  [
    state('unreachable', [], 'the connection broke'),
    'hv01 unreachable: connection-lost: the connection broke\n',
  ],
  [{ event: 'host-healed', host: 'hv01', row: healed() }, 'hv01 healed: web0\n'],
  [
    { event: 'host-healed', host: 'hv01', row: healed({ kind: 'kernel', message: 'no' }) },
    'hv01 was not healed: failed: kernel: no\n',
  ],
  [
    { event: 'heal-stopped', host: 'hv01', heals: 3 },
    'hv01 fights back: healed 3 times within 10 minutes and drifted again; it is not healed any more\n',
  ],
  [
    { event: 'reloaded', hosts: 3, added: 1, removed: 0, changed: 2 },
    'files loaded again: 3 hosts (1 added, 2 changed)\n',
  ],
])('%j', (event, line) => {
  expect(text(event)).toBe(line);
});

test('a long list is counted', () => {
  const many = Array.from({ length: 20 }, (_, n) => ({ ...drifted, interface: `web${n}` }));
  expect(text(state('changes', many))).toMatch(/web7 .*; 12 more\n$/);
});

test.each<WatchEvent>([
  { event: 'no-events', host: EVIL, reason: EVIL },
  {
    ...state(
      'changes',
      [{ ...drifted, interface: EVIL, fields: [{ field: 'alias', before: EVIL, after: '' }] }],
      EVIL,
    ),
    host: EVIL,
  } as WatchEvent,
])('text of a host neither moves a terminal nor makes a second line', (event) => {
  for (const line of [renderWatchEvent(event, TIME, styleOf(false)), watchEventJson(event, TIME)]) {
    expect(line).toMatch(/^[^\p{Cc}\p{Cf}]*\n$/u);
  }
  expect(JSON.parse(watchEventJson(event, TIME))).toMatchObject({ time: TIME, host: EVIL });
});
