/** What may be healed, how often, and when is enough? */
import { describe, expect, test } from 'vitest';
import type { Change } from '../../../src/model/change.ts';
import { FIGHT_HEALS, FIGHT_MS, HealBudget, HealHistory, mayHeal } from '../../../src/watch/heal.ts';
import { change, plannedHost, QEMU } from '../render/builders.ts';

const HOUR = 3_600_000;
const STEP = [{}] as never;
const plan = (...changes: readonly Change[]) => plannedHost('hv01', { changes, steps: STEP });
const drifted = (more: Partial<Change> = {}) =>
  change('update', 'web0', { cause: 'drift', holders: [], disruptions: [], ...more });

describe('what may be healed', () => {
  test.each([
    ['a field that drifted', drifted(), true],
    [
      'a replacement because of drift',
      change('replace', 'web0', { cause: 'drift', holders: [], disruptions: ['gone'] }),
      true,
    ],
    ['what the playbook newly asks for', drifted({ cause: 'pending' }), false],
    ['both at once', drifted({ cause: 'both' }), false],
    ['a foreign interface', drifted({ adopts: true }), false],
    ['a deletion', change('delete', 'web0', { cause: 'pending', holders: [], disruptions: [] }), false],
    ['a holder that is not disturbed', drifted({ holders: [QEMU] }), true],
    ['a holder that is', drifted({ holders: [QEMU], disruptions: ['cut off'] }), false],
    ['nobody knows who holds it', drifted({ holders: 'unknown', disruptions: ['cut off'] }), false],
  ])('%s', (_what, one, may) => {
    expect(mayHeal(plan(one), true)).toBe(may);
    // One that may not be is enough to leave the host alone.
    expect(mayHeal(plan(drifted(), one), true)).toBe(may);
  });

  test('an interface that is gone, where it was seen to be there', () => {
    const gone = change('create', 'web0', { cause: 'pending', holders: [], disruptions: [] });
    expect(mayHeal(plan(gone), true)).toBe(true);
    expect(mayHeal(plan(gone), false)).toBe(false);
  });

  test('nothing where a plan is refused, or has no steps', () => {
    const refusals = [{ kind: 'lockout', message: 'no' }] as const;
    expect(mayHeal({ ...plan(drifted()), refusals }, true)).toBe(false);
    expect(mayHeal({ ...plan(drifted()), steps: [] }, true)).toBe(false);
  });
});

test('so many within any hour, over all hosts', () => {
  const budget = new HealBudget(2);
  expect([budget.take(0), budget.take(HOUR / 2), budget.take(HOUR - 1)]).toEqual([true, true, false]);
  expect(budget.left(HOUR - 1)).toBe(0);
  expect([budget.take(HOUR), budget.take(HOUR)]).toEqual([true, false]);
  budget.giveBack();
  expect(budget.left(HOUR)).toBe(1);
});

test('a host fights that needs one more after three within ten minutes', () => {
  const history = new HealHistory();
  for (let n = 0; n < FIGHT_HEALS; n++) {
    expect(history.isFight(n * 1000)).toBe(false);
    history.healed(n * 1000);
  }
  expect(history.isFight(5_000)).toBe(true);
  expect(history.isFight(FIGHT_MS)).toBe(false);
});
