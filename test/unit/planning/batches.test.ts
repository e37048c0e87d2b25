/** Which hosts go together, and when a batch has failed too often. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rollout } from '../../../src/model/rollout.ts';
import { batchesOf, overBudget } from '../../../src/planning/batches.ts';
import { rollout } from '../../support/rollout.ts';

const TEN = Array.from({ length: 10 }, (_, n) => `h${n}`);

describe('batchesOf', () => {
  test.each<[string, Rollout['serial'], readonly number[]]>([
    ['no serial: all at once', [], [10]],
    ['a number repeats', [{ count: 3 }], [3, 3, 3, 1]],
    ['a canary, then more; the last repeats', [{ count: 1 }, { count: 4 }], [1, 4, 4, 1]],
    [
      'percentages are of all hosts, rounded down',
      [{ count: 1 }, { percent: 25 }, { percent: 100 }],
      [1, 2, 7],
    ],
    ['a small percentage is one host', [{ percent: 1 }], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
    ['more than there are', [{ count: 99 }], [10]],
  ])('%s', (_title, serial, sizes) => {
    const batches = batchesOf(rollout(TEN, { serial }), 0);
    expect(batches.map((batch) => batch.length)).toEqual(sizes);
    expect(batches.flat()).toEqual(TEN);
  });

  test.each<[Rollout['order'], readonly string[]]>([
    ['inventory', ['b', 'a', 'c']],
    ['reverse_inventory', ['c', 'a', 'b']],
    ['sorted', ['a', 'b', 'c']],
    ['reverse_sorted', ['c', 'b', 'a']],
  ])('order %s', (order, expected) => {
    expect(batchesOf(rollout(['b', 'a', 'c'], { order }), 0)).toEqual([expected]);
  });

  test('shuffle: the same seed gives the same order, another another, and nobody is lost', () => {
    const order = (seed: number) => batchesOf(rollout(TEN, { order: 'shuffle' }), seed).flat();
    expect(order(7)).toEqual(order(7));
    expect(order(7)).not.toEqual(order(8));
    expect([...order(7)].sort()).toEqual(TEN);
  });

  test('nobody is in two batches and nobody is left out', () => {
    const size = fc.oneof(
      fc.record({ count: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.array(size, { maxLength: 4 }), (count, serial) => {
        const hosts = Array.from({ length: count }, (_, n) => `h${n}`);
        const batches = batchesOf(rollout(hosts, { serial }), 0);
        expect(batches.flat()).toEqual(hosts);
        expect(batches.every((batch) => batch.length > 0)).toBe(true);
      }),
    );
  });
});

test.each<[string, number, number, Partial<Rollout>, boolean]>([
  ['none failed', 0, 10, { anyErrorsFatal: true, maxFailPercentage: 0 }, false],
  ['one failed, and no budget is set', 1, 10, {}, false],
  ['all failed, and no budget is set', 10, 10, {}, true],
  ['the canary failed', 1, 1, { maxFailPercentage: 100 }, true],
  ['just the budget', 1, 10, { maxFailPercentage: 10 }, false],
  ['more than the budget', 2, 10, { maxFailPercentage: 10 }, true],
  ['no failure is allowed', 1, 10, { maxFailPercentage: 0 }, true],
  ['any error is fatal', 1, 10, { anyErrorsFatal: true }, true],
])('overBudget: %s', (_title, failed, size, some, over) => {
  expect(overBudget(failed, size, rollout(TEN, some)) !== undefined).toBe(over);
});

test('the reason names the play and the numbers', () => {
  expect(overBudget(2, 10, rollout(TEN, { maxFailPercentage: 10 }))).toBe(
    '2 of 10 hosts of a batch failed in the play "taps": more than max_fail_percentage 10 allows',
  );
});
