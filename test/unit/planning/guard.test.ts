/** Every refusal, and next to each the situation like it in which none may be raised. */
import { describe, expect, test } from 'vitest';
import { transactionProgram } from '../../../src/host/transaction-program.ts';
import type { MacvtapFields } from '../../../src/model/macvtap.ts';
import type { Manifest, WantedMacvtap } from '../../../src/model/manifest.ts';
import { writeMark } from '../../../src/model/mark.ts';
import type { ObservedState } from '../../../src/model/observed.ts';
import { planHost } from '../../../src/planning/plan-host.ts';
import { transactionOf } from '../../../src/planning/transaction.ts';
import {
  absent,
  DECLARED,
  MAC_1,
  MAC_2,
  manifestOf,
  type ObservedOptions,
  observedOf,
  rawLink,
  rawTap,
  wanted,
} from '../../support/builders.ts';

const OPTIONS = { confirmTimeoutS: 30, lockTimeoutS: 5, controller: 'a@b' };
const LOWER_MAC = '02:aa:aa:aa:aa:01';
const ENO1 = rawLink('eno1', { address: LOWER_MAC });
const OWN = { ifalias: writeMark('default', DECLARED, '') };

function refusals(manifest: Manifest, observed: ObservedState, allowDisruption = false): string[] {
  const plan = planHost(manifest, observed, { allowDisruption });
  if (plan.refusals.length > 0) expect(plan.steps).toEqual([]);
  return plan.refusals.map(({ kind, interface: name }) => `${name} ${kind}`);
}

type Links = readonly Record<string, unknown>[];

function refused(fields: Partial<MacvtapFields>, links: Links, options: ObservedOptions = {}): string[] {
  const manifest = manifestOf('hv01', [wanted('web0', { ...DECLARED, ...fields })]);
  return refusals(manifest, observedOf(links, options));
}

describe('names', () => {
  test.each<[string, Links, string[]]>([
    ['free', [ENO1], []],
    ['a veth', [ENO1, rawLink('web0', { linkinfo: { info_kind: 'veth' } })], ['web0 foreign-kind']],
    [
      'a plain macvlan',
      [ENO1, rawTap('web0', {}, { linkinfo: { info_kind: 'macvlan', info_data: { mode: 'bridge' } } })],
      ['web0 foreign-kind'],
    ],
    ['another name of a device', [{ ...ENO1, altnames: ['web0'] }], ['web0 foreign-kind']],
    [
      'another owner’s',
      [ENO1, rawTap('web0', {}, { ifalias: 'tapfleet:1 owner=team-b' })],
      ['web0 foreign-owner'],
    ],
    ['a foreign macvtap', [ENO1, rawTap('web0')], []],
    ['ours', [ENO1, rawTap('web0', {}, OWN)], []],
  ])('present: %s', (_title, links, expected) => {
    expect(refused({}, links)).toEqual(expected);
  });

  test.each<[string, Links, string[]]>([
    ['not there', [ENO1], []],
    ['a veth', [ENO1, rawLink('web0')], ['web0 foreign-kind']],
    [
      'another owner’s',
      [ENO1, rawTap('web0', {}, { ifalias: 'tapfleet:1 owner=team-b' })],
      ['web0 foreign-owner'],
    ],
    ['ours', [ENO1, rawTap('web0', {}, OWN)], []],
  ])('absent: %s', (_title, links, expected) => {
    expect(refusals(manifestOf('hv01', [], [absent('web0')]), observedOf(links))).toEqual(expected);
  });
});

describe('the lower device of a new one', () => {
  const bridge = (name: string, kind = 'bridge') => rawLink(name, { linkinfo: { info_kind: kind } });
  test.each<[string, Links, string[]]>([
    ['there', [ENO1], []],
    ['not there', [rawLink('eno2')], ['web0 lower-missing']],
    ['no Ethernet device at all', [rawLink('lo', { link_type: 'loopback' })], ['web0 lower-missing']],
    ['under its other name', [rawLink('enp1s0', { altnames: ['eno1'] })], []],
    [
      'a macvtap',
      [rawLink('eno2'), rawTap('eno1', {}, { link: 'eno2', address: MAC_2 })],
      ['web0 lower-unusable'],
    ],
    ['loopback', [rawLink('eno1', { link_type: 'loopback' })], ['web0 lower-unusable']],
    ['tun', [rawLink('eno1', { link_type: 'none', address: null })], ['web0 lower-unusable']],
    ['a bridge', [bridge('eno1')], []],
    ['a bridge port', [rawLink('eno1', { master: 'br0' }), bridge('br0')], ['web0 lower-unusable']],
    ['a bond port', [rawLink('eno1', { master: 'bond0' }), bridge('bond0', 'bond')], ['web0 lower-unusable']],
    [
      'a port of something that is not shown',
      [rawLink('eno1', { master: 'ovs-system' })],
      ['web0 lower-unusable'],
    ],
    ['in a VRF', [rawLink('eno1', { master: 'red' }), bridge('red', 'vrf')], []],
    ['down', [rawLink('eno1', { flags: [] })], []],
  ])('%s', (_title, links, expected) => {
    expect(refused({}, links)).toEqual(expected);
  });

  test('one that is there already is not asked: its lower may be what it likes', () => {
    expect(refused({ mtu: 1400 }, [rawLink('eno1', { link_type: 'odd' }), rawTap('web0', {}, OWN)])).toEqual(
      [],
    );
  });
});

describe('fields', () => {
  test.each<[string, Partial<MacvtapFields>, Links, ObservedOptions, string[]]>([
    ['the MTU of the lower', { mtu: 1500 }, [ENO1], {}, []],
    ['an MTU above it', { mtu: 1501 }, [ENO1], {}, ['web0 mtu-above-lower']],
    [
      'an MTU above it, in place',
      { mtu: 1501 },
      [ENO1, rawTap('web0', {}, OWN)],
      {},
      ['web0 mtu-above-lower'],
    ],
    [
      'bcqueuelen where ip knows none',
      { bcqueuelen: 7 },
      [ENO1],
      { bcqueuelen: false },
      ['web0 unsupported'],
    ],
    [
      'bcqueuelen where the kernel shows none',
      { bcqueuelen: 7 },
      [ENO1, rawTap('web0', { bcqueuelen: undefined }, OWN)],
      {},
      ['web0 unsupported'],
    ],
    ['bcqueuelen where both know it', { bcqueuelen: 7 }, [ENO1, rawTap('web0', {}, OWN)], {}, []],
    [
      'an address mode under an MTU of 1280',
      { addrgenmode: 'eui64', mtu: 1279 },
      [ENO1],
      {},
      ['web0 unsupported'],
    ],
    ['an address mode with an MTU of 1280', { addrgenmode: 'eui64', mtu: 1280 }, [ENO1], {}, []],
    ['no address mode under an MTU of 1280', { mtu: 1279 }, [ENO1], {}, []],
    [
      'an address mode on a host without IPv6',
      { addrgenmode: 'eui64' },
      [{ ...ENO1, inet6_addr_gen_mode: undefined }],
      {},
      ['web0 unsupported'],
    ],
    ['no address mode on a host without IPv6', {}, [{ ...ENO1, inet6_addr_gen_mode: undefined }], {}, []],
    [
      'a long description by hand',
      {},
      [ENO1, rawTap('web0', {}, { ifalias: 'x'.repeat(255) })],
      {},
      ['web0 alias-too-long'],
    ],
    [
      'a long description replaced',
      { alias: '' },
      [ENO1, rawTap('web0', {}, { ifalias: 'x'.repeat(255) })],
      {},
      [],
    ],
  ])('%s', (_title, fields, links, options, expected) => {
    expect(refused(fields, links, options)).toEqual(expected);
  });
});

describe('holders', () => {
  const QEMU = { holders: ['F f6:3 4711 open qemu'] };
  const links = [ENO1, rawTap('web0', {}, OWN)];
  // Something is declared: a host for which nothing is has a guard of its own.
  const PRUNED = manifestOf('hv01', [], [absent('gone0')]);
  const manifest = (fields: Partial<MacvtapFields>, disruption: WantedMacvtap['disruption'] = 'refuse') =>
    manifestOf('hv01', [wanted('web0', { ...DECLARED, ...fields }, { disruption })]);

  test.each<[string, Manifest, ObservedOptions, boolean, string[]]>([
    ['a MAC under a guest', manifest({ mac: MAC_2 }), QEMU, false, ['web0 disruption']],
    ['a MAC under nobody', manifest({ mac: MAC_2 }), {}, false, []],
    ['a MAC under who knows whom', manifest({ mac: MAC_2 }), { root: false }, false, ['web0 disruption']],
    ['a mode under a guest', manifest({ mode: 'private' }), QEMU, false, []],
    ['a MAC, allowed in the play', manifest({ mac: MAC_2 }, 'allow'), QEMU, false, []],
    ['a MAC, allowed for the run', manifest({ mac: MAC_2 }), QEMU, true, []],
    ['pruned under a guest', PRUNED, QEMU, false, ['web0 disruption']],
    ['absent under a guest', manifestOf('hv01', [], [absent('web0')]), QEMU, false, ['web0 disruption']],
    [
      'absent under a guest, allowed in the play',
      manifestOf('hv01', [], [{ ...absent('web0'), disruption: 'allow' }]),
      QEMU,
      false,
      [],
    ],
    ['pruned, allowed for the run', PRUNED, QEMU, true, []],
  ])('%s', (_title, wish, options, allow, expected) => {
    expect(refusals(wish, observedOf(links, options), allow)).toEqual(expected);
  });
});

describe('siblings', () => {
  const DOWN = { flags: ['BROADCAST'] };
  const foreign = (info: object, more: object) => rawTap('libvirt0', { ...info }, { ...more });
  const mine = (more: object = {}, fields: Partial<MacvtapFields> = DECLARED) =>
    rawTap('web0', { mode: fields.mode ?? 'bridge' }, { ifalias: writeMark('default', fields, ''), ...more });
  const passthru = { ...DECLARED, mode: 'passthru' } as const;

  test.each<[string, Partial<MacvtapFields>, Links, string[]]>([
    ['passthru alone', { mode: 'passthru' }, [ENO1], []],
    [
      'passthru beside a foreign one',
      { mode: 'passthru' },
      [ENO1, foreign({}, { address: MAC_2 })],
      ['web0 lower-unusable'],
    ],
    ['passthru beside one on another lower', { mode: 'passthru' }, [ENO1, foreign({}, { link: 'eno2' })], []],
    [
      'beside a foreign passthru',
      {},
      [ENO1, foreign({ mode: 'passthru' }, { address: LOWER_MAC })],
      ['web0 lower-unusable'],
    ],
    ['a MAC that a foreign one has, up', {}, [ENO1, foreign({}, {})], ['web0 address-in-use']],
    ['a MAC that a foreign one has, down', {}, [ENO1, foreign({}, DOWN)], []],
    ['down, with a MAC that is up elsewhere', { state: 'down' }, [ENO1, foreign({}, {})], []],
    ['that MAC on another lower', {}, [ENO1, foreign({}, { link: 'eno2' })], []],
    ['the MAC of the lower', { mac: LOWER_MAC as never }, [ENO1], ['web0 address-in-use']],
    ['the MAC of the lower, passthru', { mac: LOWER_MAC as never, mode: 'passthru' }, [ENO1], []],
    ['the MAC of the lower, down', { mac: LOWER_MAC as never, state: 'down' }, [ENO1], []],
    [
      'the lower took our MAC; another field changes',
      { mtu: 1400 },
      [{ ...ENO1, address: MAC_1 }, mine()],
      [],
    ],
    [
      'the lower took our MAC; we go up',
      {},
      [{ ...ENO1, address: MAC_1 }, mine(DOWN)],
      ['web0 address-in-use'],
    ],
    [
      'set in place while down',
      { mac: MAC_2, state: 'down' },
      [ENO1, mine(DOWN), foreign({}, { address: MAC_2 })],
      ['web0 address-in-use'],
    ],
    [
      'out of passthru with the MAC it had lent the lower',
      {},
      [{ ...ENO1, address: MAC_1 }, mine({}, passthru)],
      [],
    ],
    [
      'out of passthru with the lower’s own MAC',
      { mac: LOWER_MAC as never },
      [ENO1, mine({ address: LOWER_MAC }, { ...passthru, mac: MAC_2 })],
      ['web0 address-in-use'],
    ],
  ])('%s', (_title, fields, links, expected) => {
    expect(refused(fields, links)).toEqual(expected);
  });

  test('of two declared with one MAC the later name is told', () => {
    const manifest = manifestOf('hv01', [wanted('a', DECLARED), wanted('b', DECLARED)]);
    expect(refusals(manifest, observedOf([ENO1]))).toEqual(['b address-in-use']);
  });

  test('what is deleted stands in nobody’s way', () => {
    const manifest = manifestOf('hv01', [wanted('fw0', { ...DECLARED, mode: 'passthru' })]);
    expect(refusals(manifest, observedOf([ENO1, mine()]))).toEqual([]);
  });
});

describe('names of the host', () => {
  const mark = { ifalias: 'tapfleet:1 owner=default' };
  const pruned = (name: string, more: object = {}) =>
    planHost(manifestOf('hv01', []), observedOf([ENO1, rawTap(name, {}, { ...mark, ...more })]), {
      allowDisruption: true,
      maxDelete: 9,
    });

  test.each(["it's", 'é', 'q"x', 'b\\', '$(id)'])('%s can be deleted, and given back', (name) => {
    const plan = pruned(name);
    expect(plan.refusals).toEqual([]);
    expect(plan.steps).toHaveLength(1);
    const transaction = transactionOf(plan, OPTIONS, true);
    expect(transaction && transactionProgram(transaction)).toContain('link add link eno1 name');
  });

  test.each<[string, string, object, RegExp]>([
    ['a hash sign', 'a#b', {}, /^a#b: it has a name which no line .* rename or delete it on the host/],
    ['both quotes', `a'b"`, {}, /rename or delete it/],
    ['no UTF-8', 'a\ufffd', {}, /rename or delete it/],
    ['a lower device', 'web0', { link: 'l#1' }, /^web0: it stands on "l#1".* rename that device first/],
    ['a group', 'web0', { group: 'g#1' }, /^web0: it is in the group "g#1"/],
  ])('refused: %s', (_title, name, more, said) => {
    const { refusals: problems, steps } = pruned(name, more);
    expect(steps).toEqual([]);
    expect(problems).toMatchObject([{ kind: 'unsupported', interface: name }]);
    expect(problems[0]?.message).toMatch(said);
  });
});

test('a name that an interface leaves which the same plan deletes is free', () => {
  const old = rawTap('old0', {}, { ifalias: 'tapfleet:1 owner=default', altnames: ['web0'] });
  const manifest = manifestOf('hv01', [wanted('web0', { ...DECLARED, mac: MAC_2 })]);
  const plan = planHost(manifest, observedOf([ENO1, old]), { allowDisruption: true });
  expect(plan.refusals).toEqual([]);
  expect(plan.changes.map(({ action }) => action)).toEqual(['delete', 'create']);
  expect(plan.steps[0]?.operation).toEqual({ op: 'delete', name: 'old0' });
  const kept = { ...manifest, pruneOwners: [] };
  expect(refusals(kept, observedOf([ENO1, old]))).toEqual(['web0 foreign-kind']);
});

test('refusals come in the order of names', () => {
  const lost = { ...DECLARED, lower: 'x' };
  const manifest = manifestOf(
    'hv01',
    [wanted('b', { ...lost, mac: MAC_2 }), wanted('a', lost)],
    [absent('0')],
  );
  const there = [ENO1, rawTap('0', {}, { ifalias: 'tapfleet:1 owner=team-b' })];
  expect(refusals(manifest, observedOf(there))).toEqual([
    '0 foreign-owner',
    'a lower-missing',
    'b lower-missing',
  ]);
});
