/** What is worth a word: a counter that wrapped, a lower device that shrank and took its macvtaps along. */
import { expect, test } from 'vitest';
import { writeMark } from '../../../src/model/mark.ts';
import { planHost } from '../../../src/planning/plan-host.ts';
import { DECLARED, manifestOf, observedOf, rawLink, rawTap, wanted } from '../../support/builders.ts';

function warnings(
  lower: object,
  tapMtu: number,
  wantedMtu: number,
  appliedMtu = wantedMtu,
): readonly string[] {
  const fields = { ...DECLARED, mtu: wantedMtu };
  const mark = writeMark('default', { ...DECLARED, mtu: appliedMtu }, '');
  const links = [rawLink('eno1', { ...lower }), rawTap('m0', {}, { mtu: tapMtu, ifalias: mark })];
  return planHost(manifestOf('hv', [wanted('m0', fields)]), observedOf(links), { allowDisruption: false })
    .warnings;
}

test('nothing on a host that is well', () => {
  expect(warnings({}, 1500, 1500)).toEqual([]);
});

test.each([
  [2 ** 32 - 1, 1],
  [2 ** 31, 1],
  [2 ** 31 - 1, 0],
])('a promiscuity counter of %d: %d', (promiscuity, count) => {
  const said = warnings({ promiscuity }, 1500, 1500);
  expect(said).toHaveLength(count);
  for (const one of said)
    expect(one).toContain(`"eno1" is damaged: its promiscuity counter is ${promiscuity}`);
});

test('a lower device that shrank', () => {
  expect(warnings({ mtu: 1400 }, 1400, 1500)).toEqual([
    'm0: mtu is 1400 because the lower device "eno1" shrank to that',
  ]);
});

test('an MTU that somebody set by hand is not the lower device’s doing', () => {
  expect(warnings({ mtu: 1500 }, 1400, 1500)).toEqual([]);
});

test('nor one that was never applied', () => {
  expect(warnings({ mtu: 1400 }, 1400, 1500, 1400)).toEqual([]);
});

test('an alternative name that a replacement cannot keep', () => {
  const altnames = ['ens1.web', 'a#b', `#${'x'.repeat(200)}`];
  const observed = observedOf([rawLink('eno1'), rawTap('m0', {}, { altnames })]);
  const said = (fields: object) =>
    planHost(manifestOf('hv', [wanted('m0', { ...DECLARED, ...fields })]), observed, {
      allowDisruption: true,
    }).warnings;
  expect(said({ queues: 4 })).toEqual([
    'm0: its alternative name "a#b" is lost: no line of "ip -batch" can hold it',
    expect.stringMatching(/^m0: its alternative name "#x{39}" is lost/),
  ]);
  expect(said({ mtu: 1400 })).toEqual([]);
});
