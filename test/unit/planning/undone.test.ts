/** After an undo: what is back, what is not, and whose open tap stays dead. */
import { expect, test } from 'vitest';
import { planHost } from '../../../src/planning/plan-host.ts';
import { judgeUndo } from '../../../src/planning/undone.ts';
import { DECLARED, manifestOf, observedOf, rawLink, rawTap, wanted } from '../../support/builders.ts';

const OURS = { ifalias: 'tapfleet:1 owner=default', altnames: ['ens1.web'] };
const HELD = { holders: ['F f6:3 4242 open qemu-kvm'] };
const before = observedOf([rawLink('eno1'), rawTap('m0', {}, OURS)], HELD);

const planOf = (fields: object) =>
  planHost(manifestOf('hv', [wanted('m0', { ...DECLARED, ...fields })]), before, { allowDisruption: true });
const now = (info: object, more: object) =>
  observedOf([rawLink('eno1'), rawTap('m0', { ...info }, { ...OURS, ...more })]);

test('as it was', () => {
  const verdict = judgeUndo(planOf({ mtu: 1400 }), now({}, {}), 1);
  expect(verdict).toMatchObject({ rolledBack: true, problems: [] });
  expect([...verdict.results]).toEqual([['m0', 'undone']]);
});

test.each([
  ['a field is not back', now({}, { mtu: 1400 })],
  ['the mark is not back', now({}, { ifalias: 'tapfleet:1 owner=default -- x' })],
  ['an alternative name is not back', now({}, { altnames: [] })],
  ['another alternative name', now({}, { altnames: ['other'] })],
  ['the group is not back', now({}, { group: '7' })],
  ['the interface is gone', observedOf([rawLink('eno1')])],
])('%s', (_title, state) => {
  const verdict = judgeUndo(planOf({ mtu: 1400 }), state, 1);
  expect(verdict.rolledBack).toBe(false);
  expect([...verdict.results]).toEqual([['m0', 'unknown']]);
  expect(verdict.problems).toMatchObject([{ kind: 'kernel', interface: 'm0' }]);
});

test('a created one that stays', () => {
  const plan = planHost(manifestOf('hv', [wanted('n0', DECLARED)], [], []), observedOf([rawLink('eno1')]), {
    allowDisruption: false,
  });
  const state = observedOf([rawLink('eno1'), rawTap('n0')]);
  expect(judgeUndo(plan, state, 1).rolledBack).toBe(false);
  expect(judgeUndo(plan, observedOf([rawLink('eno1')]), 1).rolledBack).toBe(true);
});

test('the tap of one that was deleted and is back stays dead; of one that was not, nothing is said', () => {
  const plan = planOf({ queues: 2 });
  expect(plan.changes[0]?.action).toBe('replace');
  const made = judgeUndo(plan, now({}, {}), plan.steps.length);
  expect(made.rolledBack).toBe(true);
  expect(made.problems).toMatchObject([{ kind: 'disruption', interface: 'm0' }]);
  expect(made.problems[0]?.message).toContain('qemu-kvm (pid 4242)');
  expect(judgeUndo(plan, now({}, {}), 0).problems).toEqual([]);
});
