/** Is a host still what was agreed to? Every way in which it may not be, and what is said of it. */
import { expect, test } from 'vitest';
import type { Holder, ObservedState } from '../../../src/model/observed.ts';
import { planHost } from '../../../src/planning/plan-host.ts';
import { expectationOf, holdTo } from '../../../src/planning/stale.ts';
import { DECLARED, manifestOf, observedOf, rawLink, rawTap, wanted } from '../../support/builders.ts';

const LINE = (mtu: number) =>
  `4: m0@eno1: <BROADCAST,MULTICAST,UP> mtu ${mtu} mode DEFAULT group default qlen 500\\    link/ether 52:54:00:00:00:07 brd ff:ff:ff:ff:ff:ff \\    macvtap mode bridge addrgenmode none numtxqueues 1 numrxqueues 1 \\    alias tapfleet:1 owner=default`;

function host(mtu: number, holders: readonly Holder[] = []): ObservedState {
  const observed = observedOf([
    rawLink('eno1'),
    rawTap('m0', {}, { mtu, ifalias: 'tapfleet:1 owner=default' }),
  ]);
  const [tap] = observed.macvtaps.values();
  if (!tap) throw new Error('no macvtap');
  return {
    ...observed,
    macvtaps: new Map([['m0', { ...tap, holders }]]),
    prints: new Map([
      ['eno1', '2: eno1: …'],
      ['m0', LINE(mtu)],
    ]),
  };
}

const where = { file: 'p.yml', line: 1, column: 1 };
const absent = manifestOf('hv', [], [{ name: 'm0', owner: 'default', disruption: 'refuse', where }]);
const guest = (pid: number, name: string): Holder => ({ pid, command: 'qemu', guest: name });
const planOf = (observed: ObservedState, manifest = absent, allowDisruption = true) =>
  planHost(manifest, observed, { allowDisruption });
const held = (expected: ObservedState, now: ReturnType<typeof planOf>) =>
  holdTo(expectationOf(planOf(expected)), now);
const kinds = ({ refusals }: ReturnType<typeof planOf>) => refusals.map(({ kind }) => kind);

test('one that is as it was is done as planned, though its guest was started anew', () => {
  const now = planOf(host(1500, [guest(99, 'db')]));
  expect(held(host(1500, [guest(7, 'db')]), now)).toBe(now);
  expect(now.steps.length).toBeGreaterThan(0);
});

test('one whose link moved is refused with what moved, and has no steps', () => {
  const stale = held(host(1500), planOf(host(1400)));
  expect([kinds(stale), stale.steps]).toEqual([['stale-plan'], []]);
  expect(stale.refusals[0]?.message).toBe(
    'changed on the host since the plan was made: m0 (mtu 1500 → 1400); nothing was touched: plan again',
  );
});

test('another guest than the plan showed is a stranger', () => {
  const stale = held(host(1500, [guest(7, 'db')]), planOf(host(1500, [guest(8, 'web')])));
  expect(stale.refusals[0]?.message).toMatch(/^m0 is held by .*web.* now, which the plan did not show/);
});

test('what the guard refuses now stands behind that the plan is stale', () => {
  const stale = held(host(1500), planOf(host(1500, [guest(8, 'web')]), absent, false));
  expect(kinds(stale)).toEqual(['stale-plan', 'disruption']);
});

test('other steps for the same links are another plan', () => {
  const other = manifestOf('hv', [wanted('m0', { ...DECLARED, mtu: 1300 })]);
  expect(held(host(1500), planOf(host(1500), other)).refusals[0]?.message).toMatch(
    /would now need other steps/,
  );
});
