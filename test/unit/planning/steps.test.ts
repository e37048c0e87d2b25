/** The order of kernel operations: each situation's lines of `ip -batch`, and that the simulated kernel takes them. */
import { describe, expect, test } from 'vitest';
import { batchLine } from '../../../src/iproute/batch.ts';
import type { Mac } from '../../../src/model/mac.ts';
import type { MacvtapFields } from '../../../src/model/macvtap.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { writeMark } from '../../../src/model/mark.ts';
import { planHost } from '../../../src/planning/plan-host.ts';
import {
  DECLARED,
  MAC_1,
  MAC_2,
  MAC_3,
  manifestOf,
  observedOf,
  rawLink,
  rawTap,
  wanted,
} from '../../support/builders.ts';
import { bareKernel } from '../../support/model-build.ts';
import { observe } from '../../support/model-host.ts';

/** The lines without the alias ones, which come with everything. */
function lines(manifest: Manifest, links: readonly Record<string, unknown>[]): string[] {
  const plan = planHost(manifest, observedOf(links), { allowDisruption: true, maxDelete: 99 });
  expect(plan.refusals).toEqual([]);
  return plan.steps.map(({ operation }) => batchLine(operation)).filter((line) => !line.includes(' alias '));
}

const ENO1 = rawLink('eno1');
const ENO2 = rawLink('eno2', { address: '02:aa:aa:aa:aa:02' });
const mac = (n: number) => `52:54:00:10:00:0${n}` as Mac;
const own = (name: string, fields: Partial<MacvtapFields>, more: object = {}) => {
  const { mode = 'bridge', nopromisc, source_macs: list, state, ...f } = { ...DECLARED, ...fields };
  const info = { mode, ...(nopromisc ? { nopromisc } : {}), ...(list ? { macaddr_data: list } : {}) };
  const flags = ['ALLMULTI', ...(state === 'up' ? ['UP'] : [])];
  const ifalias = writeMark('default', { ...DECLARED, ...fields }, '');
  return rawTap(name, info, { address: f.mac, link: f.lower, flags, ifalias, ...more });
};
const set = (...list: [string, Partial<MacvtapFields>][]) =>
  manifestOf(
    'hv01',
    list.map(([name, fields]) => wanted(name, { ...DECLARED, ...fields })),
  );

describe('MACs', () => {
  const turn = (names: readonly string[], next: readonly number[]) =>
    lines(
      set(...names.map((name, n): [string, Partial<MacvtapFields>] => [name, { mac: mac(next[n] ?? 0) }])),
      [ENO1, ...names.map((name, n) => own(name, { mac: mac(n + 1) }))],
    ).map((line) =>
      line
        .replace('link set dev ', '')
        .replace(/(?:[0-9a-f]{2}:){5}(..)$/, (m) => (m.startsWith('52') ? m.slice(-2) : 'aside')),
    );

  test.each([
    ['a free one', ['a'], [9], ['a address 09']],
    [
      'a chain, from its free end',
      ['a', 'b', 'c'],
      [2, 3, 4],
      ['c address 04', 'b address 03', 'a address 02'],
    ],
    ['a swap', ['a', 'b'], [2, 1], ['a address aside', 'b address 01', 'a address 02']],
    [
      'a circle of three',
      ['a', 'b', 'c'],
      [2, 3, 1],
      ['a address aside', 'c address 01', 'b address 03', 'a address 02'],
    ],
  ])('%s', (_title, names, next, expected) => {
    expect(turn(names, next)).toEqual(expected);
  });

  test('one that is down has no address to wait for', () => {
    const manifest = set(['a', { mac: MAC_2 }], ['b', { mac: MAC_1, state: 'down' }]);
    expect(lines(manifest, [ENO1, own('a', {}), own('b', { mac: MAC_2, state: 'down' })])).toEqual([
      'link set dev a address 52:54:00:10:00:02',
      'link set dev b address 52:54:00:10:00:01',
    ]);
  });

  test('a new one takes the MAC that another leaves, or has before it goes down', () => {
    const manifest = set(
      ['a', { mac: MAC_2 }],
      ['b', { mac: MAC_3, state: 'down' }],
      ['n1', {}],
      ['n2', { mac: MAC_3 }],
    );
    const found = lines(manifest, [ENO1, own('a', {}), own('b', { mac: MAC_3 })]);
    const at = (start: string) => found.findIndex((line) => line.startsWith(start));
    expect(at('link set dev b down')).toBe(0);
    expect(at('link set dev a address')).toBeLessThan(at('link add link eno1 name n1'));
  });
});

describe('deleting', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => own(`t${n}`, { mac: mac(n + 1) }));

  test.each([
    [1, ['link del dev t0']],
    [2, ['link del dev t0', 'link del dev t1']],
  ])('%i one by one', (count, expected) => {
    expect(lines(set(), [ENO1, ...many(count)])).toEqual(expected);
  });

  test('three as a group that nobody else is in', () => {
    const found = lines(set(), [ENO1, ...many(3)]);
    const group = /group (\d+)$/.exec(found[0] ?? '')?.[1];
    expect(Number(group)).toBeGreaterThanOrEqual(0x4000_0000);
    expect(Number(group)).toBeLessThan(0x8000_0000);
    expect(found).toEqual([
      ...[0, 1, 2].map((n) => `link set dev t${n} group ${group}`),
      `link del group ${group}`,
    ]);
    const crowded = lines(set(), [{ ...ENO1, group }, ...many(3)]);
    expect(crowded.at(-1)).not.toBe(`link del group ${group}`);
    expect(lines(set(), [ENO1, ...many(3)])).toEqual(found);
  });

  test('comes before creating: a lower device for passthru, a name, a MAC', () => {
    const manifest = set(['fw0', { mode: 'passthru' }], ['web0', { lower: 'eno2' }]);
    const found = lines(manifest, [ENO1, ENO2, own('old0', { mac: MAC_2 }), own('web0', {})]);
    expect(found.slice(0, 2)).toEqual(['link del dev old0', 'link del dev web0']);
    expect(found.filter((line) => line.startsWith('link add'))).toHaveLength(2);
  });
});

describe('creating', () => {
  test('claims, then no address mode before up, the mark last', () => {
    const plan = planHost(set(['web0', {}]), observedOf([ENO1]), { allowDisruption: false });
    expect(plan.steps.map(({ operation }) => batchLine(operation))).toEqual([
      'link add link eno1 name web0 address 52:54:00:10:00:01 type macvtap mode bridge',
      'link set dev web0 alias "tapfleet:1 owner=default"',
      'link set dev web0 addrgenmode none',
      'link set dev web0 allmulticast on',
      'link set dev web0 up',
      'link set dev web0 alias "tapfleet:1 owner=default lower=eno1 mode=bridge mac=52:54:00:10:00:01 agm=none allmulti=1 state=up"',
    ]);
  });

  test.each<[string, Partial<MacvtapFields>, Record<string, unknown>, string, boolean]>([
    ['an MTU of 1280', { mtu: 1280 }, ENO1, 'addrgenmode', true],
    ['an MTU below has no IPv6', { mtu: 1279 }, ENO1, 'addrgenmode', false],
    ['a lower device with an MTU below neither', {}, { ...ENO1, mtu: 1000 }, 'addrgenmode', false],
    ['passthru sets its MAC after it is there', { mode: 'passthru' }, ENO1, 'address 52:', true],
    ['down stays down', { state: 'down' }, ENO1, ' up', false],
    [
      'nopromisc on the line that adds',
      { mode: 'passthru', nopromisc: true },
      ENO1,
      'passthru nopromisc',
      true,
    ],
  ])('%s', (_title, fields, lower, text, there) => {
    const found = lines(set(['web0', fields]), [lower, ENO2]);
    expect(found.some((line) => line.includes(text))).toBe(there);
    if (fields.mode === 'passthru') expect(found[0]).not.toContain('address');
  });
});

describe('in place', () => {
  const update = (before: Partial<MacvtapFields>, after: Partial<MacvtapFields>, more: object = {}) =>
    lines(set(['t', after]), [ENO1, own('t', before, more)]).map((line) =>
      line.replace('link set dev t ', ''),
    );
  const passthru = { mode: 'passthru' } as const;
  const [a, b, c] = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03'] as [Mac, Mac, Mac];

  test.each<[string, Partial<MacvtapFields>, Partial<MacvtapFields>, string[]]>([
    [
      'nopromisc while up',
      passthru,
      { ...passthru, nopromisc: true },
      ['type macvtap mode passthru nopromisc'],
    ],
    [
      'nopromisc before it goes down',
      { ...passthru, nopromisc: true },
      { ...passthru, nopromisc: false, state: 'down' },
      ['type macvtap mode passthru flag null', 'down'],
    ],
    [
      'nopromisc once it is up',
      { ...passthru, state: 'down' },
      { ...passthru, nopromisc: true },
      ['up', 'type macvtap mode passthru nopromisc'],
    ],
    [
      'sources: what is missing first',
      { mode: 'source', source_macs: [a, b] },
      { mode: 'source', source_macs: [b, c] },
      [`type macvtap macaddr add ${c}`, `type macvtap macaddr del ${a}`],
    ],
    [
      'into source mode',
      {},
      { mode: 'source', source_macs: [a] },
      ['type macvtap mode source', `type macvtap macaddr add ${a}`],
    ],
    [
      'out of source mode, the list goes by itself',
      { mode: 'source', source_macs: [a] },
      { mode: 'vepa', source_macs: [] },
      ['type macvtap mode vepa'],
    ],
    [
      'one attribute a line',
      {},
      { mode: 'vepa', mtu: 1400, txqueuelen: 1, bcqueuelen: 2, promisc: true, allmulticast: false },
      [
        'type macvtap mode vepa',
        'mtu 1400',
        'txqueuelen 1',
        'type macvtap bcqueuelen 2',
        'allmulticast off',
        'promisc on',
      ],
    ],
    ['an MTU that ends IPv6 ends the address mode', { addrgenmode: 'eui64' }, { mtu: 1000 }, ['mtu 1000']],
  ])('%s', (_title, before, after, expected) => {
    const shown = { inet6_addr_gen_mode: before.addrgenmode ?? 'none' };
    expect(update(before, after, shown)).toEqual(expected);
  });

  test('an MTU that brings IPv6 back brings the kernel’s address mode with it', () => {
    const found = update({}, { mtu: 1500 }, { mtu: 1000, inet6_addr_gen_mode: undefined });
    expect(found).toEqual(['mtu 1500', 'addrgenmode none', 'addr flush dev t scope link']);
  });

  test('nopromisc of one that stays down: deleted and made again, the counter stays right', () => {
    const kernel = bareKernel();
    kernel.batch(
      'link add link eno2 name p type macvtap mode passthru\nlink set dev p alias "tapfleet:1 owner=default"',
    );
    const down = { lower: 'eno2', mode: 'passthru', state: 'down', nopromisc: true } as const;
    const manifest = manifestOf('hv01', [wanted('p', down)]);
    const plan = planHost(manifest, observe(kernel), { allowDisruption: false });
    expect(plan.changes.map((change) => change.action)).toEqual(['replace']);
    expect(kernel.batch(plan.steps.map(({ operation }) => batchLine(operation)).join('\n')).rc).toBe(0);
    expect(observe(kernel).links.get('eno2')?.promiscuity).toBe(0);
    expect(observe(kernel).macvtaps.get('p')?.fields.nopromisc).toBe(true);
  });
});

test('a replacement keeps what nobody declares', () => {
  const before = rawTap(
    't',
    { mode: 'passthru', nopromisc: true, bcqueuelen: 7 },
    { mtu: 1400, txqlen: 9, num_tx_queues: 4, num_rx_queues: 4, flags: ['UP', 'PROMISC'] },
  );
  const moved = wanted('t', { lower: 'eno2', mode: 'passthru' });
  expect(lines(manifestOf('hv01', [moved]), [ENO1, ENO2, before])).toEqual([
    'link del dev t',
    'link add link eno2 name t mtu 1400 txqueuelen 9 numtxqueues 4 numrxqueues 4 type macvtap mode passthru nopromisc bcqueuelen 7',
    'link set dev t promisc on',
    'link set dev t up',
  ]);
});

test('a replacement keeps the group and the alternative names, before the interface is up and marked', () => {
  const before = rawTap('t', {}, { group: '77', altnames: ['ens1.web', "it's", 'a#b', 'é'] });
  const said = lines(manifestOf('hv01', [wanted('t', { ...DECLARED, queues: 4 })]), [ENO1, before]);
  expect(said.slice(-5)).toEqual([
    'link set dev t group 77',
    'link property add dev t altname ens1.web',
    'link property add dev t altname "it\'s"',
    'link property add dev t altname é',
    'link set dev t up',
  ]);
});

test('an MTU above the new lower device’s is lost, and so said', () => {
  const fields = { ...DECLARED, lower: 'eno2', addrgenmode: 'eui64' };
  const before = rawTap('k0', {}, { inet6_addr_gen_mode: 'eui64' });
  const plan = (mtu: number, more: Partial<MacvtapFields> = {}) =>
    planHost(
      manifestOf('hv01', [wanted('k0', { ...fields, ...more })]),
      observedOf([ENO1, { ...ENO2, mtu }, before]),
      { allowDisruption: true },
    );
  const lost = plan(1400);
  expect(lost.refusals).toEqual([]);
  expect(lost.changes[0]?.fields.map(({ field, before, after }) => [field, before, after])).toEqual([
    ['lower', 'eno1', 'eno2'],
    ['mtu', 1500, 1400],
  ]);
  expect(plan(1500).changes[0]?.fields.map(({ field }) => field)).toEqual(['lower']);
  // Below 1280 there is no IPv6, so what was asked for could not be set behind the cut.
  expect(plan(1000).refusals.map(({ kind }) => kind)).toEqual(['unsupported']);
  expect(plan(1000, { addrgenmode: 'none' }).refusals).toEqual([]);
  expect(
    plan(1000, { addrgenmode: 'none', mtu: 900 }).changes[0]?.fields.map(({ after }) => after),
  ).toContain(900);
});
