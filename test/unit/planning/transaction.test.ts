/** What does a transaction rest on? The lines of what changes and of what it stands on, and nothing else. */
import { expect, test } from 'vitest';
import type { ObservedState } from '../../../src/model/observed.ts';
import { cksum } from '../../../src/planning/cksum.ts';
import { planHost } from '../../../src/planning/plan-host.ts';
import { movedLinks, transactionOf } from '../../../src/planning/transaction.ts';
import { DECLARED, manifestOf, observedOf, rawLink, rawTap, wanted } from '../../support/builders.ts';

const OPTIONS = { confirmTimeoutS: 30, lockTimeoutS: 0, controller: 'me' };
const PRINTS = new Map([
  ['eno1', '2: eno1: …'],
  ['eno2', '3: eno2: …'],
  ['m0', '4: m0@eno1: …'],
]);
const observed: ObservedState = {
  ...observedOf([
    rawLink('eno1', { altnames: ['uplink'] }),
    rawLink('eno2'),
    rawTap('m0', {}, { ifalias: 'tapfleet:1 owner=default' }),
  ]),
  prints: PRINTS,
};
const planOf = (state: ObservedState, ...macvtaps: Parameters<typeof wanted>[]) =>
  planHost(
    manifestOf(
      'hv',
      macvtaps.map((one) => wanted(...one)),
      [],
      [],
    ),
    state,
    { allowDisruption: true },
  );

test('names what changes, what must not be there yet, and the lower devices by their primary names', () => {
  const plan = planOf(observed, ['n0', { ...DECLARED, lower: 'uplink', mac: '52:54:00:00:00:07' as never }]);
  const transaction = transactionOf(plan, OPTIONS);
  expect(transaction?.fingerprint).toEqual({ names: ['eno1', 'n0'], sum: cksum('2: eno1: …\n') });
  expect(transaction?.replaced).toEqual([]);
});

test('sums lines up in the host’s order, and knows what is replaced', () => {
  const plan = planOf(observed, ['m0', { ...DECLARED, lower: 'eno2' }]);
  const transaction = transactionOf(plan, OPTIONS);
  expect(transaction?.fingerprint).toMatchObject({
    sum: cksum('2: eno1: …\n3: eno2: …\n4: m0@eno1: …\n'),
  });
  expect(transaction?.replaced).toEqual([{ name: 'm0', ifindex: 4 }]);
});

test('grounds are told where only new interfaces are made, and none takes its lower device for itself', () => {
  const kept = (...macvtaps: Parameters<typeof wanted>[]) => {
    const fingerprint = transactionOf(planOf(observed, ...macvtaps), OPTIONS, true)?.fingerprint;
    return fingerprint && 'kept' in fingerprint ? fingerprint.grounds : 'not kept';
  };
  const fresh = { ...DECLARED, lower: 'uplink' };
  const eno1 = observed.links.get('eno1');
  expect(kept(['n0', fresh], ['n1', fresh])).toEqual({
    free: ['n0', 'n1'],
    lowers: [
      { name: 'eno1', ifindex: eno1?.ifindex, mtu: eno1?.mtu, mac: eno1?.mac, up: eno1?.up, isPort: false },
    ],
  });
  expect(kept(['n0', { ...fresh, mode: 'passthru' }])).toBeUndefined();
  expect(kept(['n0', fresh], ['m0', { ...DECLARED, mtu: 1400 }])).toBeUndefined();
});

test('is none where the host gave no lines', () => {
  const blind = { ...observed, prints: new Map<string, string>() };
  expect(transactionOf(planOf(blind, ['m0', { ...DECLARED, mtu: 1400 }]), OPTIONS)).toBeUndefined();
});

test('what moved is told by name: changed, gone, new', () => {
  const plan = planOf(observed, ['m0', { ...DECLARED, lower: 'eno2' }]);
  const now = new Map([...PRINTS, ['eno2', '3: eno2: other'], ['x', '9: x: …']]);
  expect(movedLinks(plan, now)).toEqual(['eno2']);
  expect(movedLinks(plan, new Map([...PRINTS].slice(0, 2)))).toEqual(['m0']);
});
