/** The kernel's rules for changing a macvtap in place, and what a guest loses. */
import { describe, expect, test } from 'vitest';
import type { Mac } from '../../../src/model/mac.ts';
import {
  disruptionReason,
  FIELD_NAMES,
  type FieldName,
  type MacvtapFields,
  MODES,
  type Mode,
  replacementReason,
  sameValue,
} from '../../../src/model/macvtap.ts';

const A = '02:00:00:00:00:01' as Mac;

describe('replacementReason', () => {
  const pairs = MODES.flatMap((from) => MODES.filter((to) => to !== from).map((to) => [from, to] as const));
  test.each(pairs)('mode %s → %s', (from: Mode, to: Mode) => {
    const replaces = replacementReason('mode', { mode: from }, { mode: to }) !== undefined;
    expect(replaces).toBe(from === 'passthru' || to === 'passthru');
  });

  test.each([
    ['down', 'down', true],
    ['up', 'down', false],
    ['down', 'up', false],
    ['up', 'up', false],
  ] as const)('nopromisc of one that is %s and shall be %s', (before, after, replaces) => {
    expect(replacementReason('nopromisc', { state: before }, { state: after }) !== undefined).toBe(replaces);
  });

  test('lower and queues always, everything else never', () => {
    const always = FIELD_NAMES.filter(
      (field) =>
        replacementReason(field, { mode: 'vepa', state: 'up' }, { mode: 'bridge', state: 'up' }) !==
        undefined,
    );
    expect(always).toEqual(['lower', 'queues']);
  });
});

describe('disruptionReason', () => {
  test.each<[string, FieldName, Partial<MacvtapFields>, boolean]>([
    ['another MAC', 'mac', { mac: A }, true],
    ['down', 'state', { state: 'down' }, true],
    ['up', 'state', { state: 'up' }, false],
    ['txqueuelen 0', 'txqueuelen', { txqueuelen: 0 }, true],
    ['txqueuelen 1', 'txqueuelen', { txqueuelen: 1 }, false],
    ['no source left', 'source_macs', { source_macs: [] }, true],
    ['one source', 'source_macs', { source_macs: [A] }, false],
    ['into source mode without a list', 'mode', { mode: 'source' }, true],
    ['into source mode with an empty list', 'mode', { mode: 'source', source_macs: [] }, true],
    ['into source mode with sources', 'mode', { mode: 'source', source_macs: [A] }, false],
    ['another mode', 'mode', { mode: 'private' }, false],
    ['mtu', 'mtu', { mtu: 1400 }, false],
    ['alias', 'alias', { alias: 'x' }, false],
  ])('%s', (_title, field, after, disrupts) => {
    expect(disruptionReason(field, after) !== undefined).toBe(disrupts);
  });
});

test.each([
  ['lists by content', [A], [A], true],
  ['lists of other lengths', [A], [], false],
  ['a list and nothing', [], undefined, false],
  ['values', 1500, 1500, true],
  ['number and text', 4, '4', false],
  ['unknown and false', undefined, false, false],
] as const)('sameValue: %s', (_title, a, b, same) => {
  expect(sameValue(a as never, b as never)).toBe(same);
});
