/** What every version of `ip` really printed (test/cases/links), read: JSON, broken JSON and text give the same links. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseLinksJson, type ReadLink } from '../../../src/iproute/links-json.ts';
import { parseAliases, parseLinksText } from '../../../src/iproute/links-text.ts';

const CASES = join(import.meta.dirname, '../../cases/links');
const capture = (name: string) => readFileSync(join(CASES, name), 'utf8');

const ALIAS = 'mvt:v1 owner=fleet-a hash=0123456789abcdef';
const NOW = read('host.ip-j-d-link-show-type-macvtap.json');

function read(name: string): ReadLink[] {
  return parseLinksJson(capture(name)) ?? [];
}

test.each(readdirSync(CASES).filter((name) => name.endsWith('.json')))('%s is read whole', (name) => {
  const shown = (JSON.parse(capture(name)) as { readonly ifname?: string }[]).flatMap(
    (one) => one.ifname ?? [],
  );
  const links = read(name);
  expect(links.map((link) => link.name)).toEqual(shown);
  expect(shown).not.toEqual([]);
  for (const { macvtap } of links)
    expect(macvtap?.mode ?? 'bridge').toMatch(/^(?:bridge|vepa|private|passthru|source)$/);
});

describe('JSON', () => {
  test('6.1: all that a playbook can say', () => {
    expect(NOW.map((link) => link.name)).toEqual([
      'mvt-web1',
      'mvt-web2',
      'mvt-db1',
      'mvt-src1',
      'mvt-pt1',
      'macvtap0',
    ]);
    expect(NOW[0]).toEqual({
      name: 'mvt-web1',
      ifindex: 994101,
      altnames: ['mvt.fleet-a.web1'],
      kind: 'macvtap',
      master: undefined,
      linkType: 'ether',
      mac: '52:54:00:00:00:01',
      mtu: 1500,
      maxMtu: 65535,
      up: true,
      promiscuity: 0,
      group: 'default',
      lower: 'eno1',
      mode: 'bridge',
      addrgenmode: 'none',
      alias: ALIAS,
      macvtap: {
        lower: 'eno1',
        mode: 'bridge',
        nopromisc: false,
        mac: '52:54:00:00:00:01',
        source_macs: [],
        mtu: 1500,
        txqueuelen: 500,
        bcqueuelen: 2000,
        queues: 1,
        addrgenmode: 'none',
        allmulticast: true,
        promisc: false,
        state: 'up',
      },
    });
    expect(NOW[2]?.macvtap).toMatchObject({ mode: 'private', state: 'down', allmulticast: false });
    expect(NOW[3]?.macvtap?.source_macs).toEqual(['02:00:00:00:00:01', '02:00:00:00:00:02']);
    expect(NOW[4]?.macvtap).toMatchObject({ lower: 'eno2', mode: 'passthru', nopromisc: true });
    expect(NOW[5]?.macvtap).toMatchObject({ addrgenmode: 'eui64', allmulticast: false });
    expect(NOW[2]?.group).toBe('77');
  });

  test('every link of a host, macvtaps among them', () => {
    const all = read('host.ip-j-d-link-show.json');
    expect(all.find((link) => link.name === 'lo')).toMatchObject({ linkType: 'loopback', kind: undefined });
    expect(all.filter((link) => link.macvtap).map((link) => link.name)).toEqual(NOW.map((link) => link.name));
  });

  test.each([
    ['4.14.1', ['bcqueuelen']],
    ['4.18.0', ['bcqueuelen']],
    ['5.4.0', ['bcqueuelen']],
    ['5.10.0', ['bcqueuelen']],
    ['7.1.0', []],
  ])('%s shows the same fields, except %j', (version, unseen) => {
    const then = read(`host.type-macvtap.iproute2-${version}.json`);
    expect(then.map((link) => link.macvtap)).toEqual(NOW.map((link) => omit(link.macvtap, unseen)));
    expect(then.map((link) => link.alias)).toEqual(NOW.map((link) => link.alias));
  });

  test('empty objects that a filter leaves are no links', () => {
    const links = read('host.group-filter-with-empty-objects.6.1.json');
    expect(links.length).toBe(0 + links.filter((link) => link.name).length);
    expect(parseLinksJson('[{},{},{"ifname":"a","ifindex":1},{}]')?.map((link) => link.name)).toEqual(['a']);
  });

  test('bclim is nobody’s business', () => {
    expect(read('iproute2-7.1.link-show-bclim.json')[0]?.macvtap).not.toHaveProperty('bclim');
  });

  test('a lower device in another network namespace is no name', () => {
    expect(read('lower-in-other-netns.json')[0]?.macvtap?.lower).toBe('@if27');
  });

  test.each([
    ['no macvtap at all', '[]', []],
    ['an apostrophe as up to 6.0', `[{"ifname":"a","ifalias":"it\\'s"}]`, ["it's"]],
    ['a backslash before it', `[{"ifname":"a","ifalias":"x\\\\\\'y"}]`, ["x\\'y"]],
    ['a raw line break as up to 6.1', '[{"ifname":"a","ifalias":"x\ny"}]', ['x\ny']],
    ['a raw escape character', '[{"ifname":"a","ifalias":"\u001b[31m"}]', ['\u001b[31m']],
    ['both in two links', `[{"ifname":"a","ifalias":"\\'"},{"ifname":"b","ifalias":"\t"}]`, ["'", '\t']],
    [
      'a backslash and an apostrophe beside a control character',
      '[{"ifname":"a","ifalias":"x\\\\\'y"},{"ifname":"b","ifalias":"\u0001"}]',
      ["x\\'y", '\u0001'],
    ],
    [
      'bytes that are no UTF-8',
      Buffer.from('[{"ifname":"a","ifalias":"\xff"}]', 'latin1').toString(),
      ['\ufffd'],
    ],
    ['a quote inside', '[{"ifname":"a","ifalias":"say \\"hi\\" \u0002"}]', ['say "hi" \u0002']],
  ])('aliases: %s', (_title, text, aliases) => {
    expect(
      parseLinksJson(text.replaceAll('"ifname"', '"ifindex":1,"ifname"'))?.map((link) => link.alias),
    ).toEqual(aliases);
  });

  test('words of later kernels are shown as they are', () => {
    const info = { info_kind: 'macvtap', info_data: { mode: 'mirror' } };
    const link = { ifname: 'a', ifindex: 1, linkinfo: info, inet6_addr_gen_mode: '0x04' };
    const macvtap = { mode: 'mirror', addrgenmode: '0x04' };
    expect(parseLinksJson(JSON.stringify([link]))?.[0]).toMatchObject({ ...macvtap, macvtap });
  });

  // Each of them kept a pattern busy for minutes.
  test.each([
    ['a string that never ends', `["${'\\"'.repeat(500_000)}`],
    ['strings that never end', `[\u0001${'"\\"'.repeat(500_000)}`],
    ['apostrophes', `["${"\\'".repeat(500_000)}`],
    ['control characters', `["${'\u0001'.repeat(500_000)}`],
    ['more than is mended', `["\u0001${' '.repeat(8_000_000)}"]`],
  ])('%s is no answer, and found out at once', (_title, text) => {
    expect(parseLinksJson(text)).toBeUndefined();
  });

  test.each([
    [''],
    ['  \n'],
    ['{}'],
    ['[{"ifname":"a"'],
    ['Option "-j" is unknown, try "ip -help".'],
    ['null'],
  ])('%j is no answer', (text) => {
    expect(parseLinksJson(text)).toBeUndefined();
  });

  test.each([
    '"address":5',
    '"address":null',
    '"ifalias":{}',
    '"flags":5',
    '"flags":[5]',
    '"altnames":"eno1"',
    '"linkinfo":{"info_kind":"macvtap","info_data":{"macaddr_data":5}}',
    '"linkinfo":{"info_kind":"macvtap","info_data":{"macaddr_data":["02:00:00:00:00:01 up"]}}',
    '"linkinfo":{"info_kind":"macvtap","info_data":{"mode":["vepa"]}}',
    '"linkinfo":{"info_kind":"macvtap","info_data":{"bcqueuelen":"1000"}}',
    '"linkinfo":{"info_kind":"macvtap"},"address":"eno1"',
    '"linkinfo":{"info_kind":{"toString":1}}',
    '"mtu":"1500"',
    '"mtu":{"toString":1}',
    `"mtu":${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    '"mtu":-1',
    '"mtu":1.5',
    '"mtu":1e300',
    '"max_mtu":[]',
    '"txqlen":"500"',
    '"txqlen":1e300',
    '"num_tx_queues":{}',
    '"num_rx_queues":[1]',
    '"promiscuity":true',
    '"ifindex":"3"',
    '"ifindex":null',
    '"link_index":{}',
    '"link":5',
    '"master":{}',
    '"link_type":[]',
    '"group":0',
    '"inet6_addr_gen_mode":{"toString":1}',
    `"ifalias":"${'x'.repeat(1000)}"`,
    `"group":"${'x'.repeat(1000)}"`,
  ])('what no ip prints is not taken for links: %s', (odd) => {
    expect(parseLinksJson(`[{"ifname":"a","ifindex":1},{"ifname":"b","ifindex":2,${odd}}]`)).toBeUndefined();
  });

  test.each([
    ['txqlen is printed as a signed number', { txqlen: -1 }, { txqueuelen: 4294967295 }],
    ['no txqlen is 0', { num_tx_queues: 1, num_rx_queues: 1 }, { txqueuelen: 0 }],
    ['other numbers of tx and rx queues', { num_tx_queues: 4, num_rx_queues: 1 }, { queues: '4/1' }],
    ['no address mode is none: no IPv6', {}, { addrgenmode: 'none' }],
    ['an address in capitals', { address: '52:54:00:AA:00:01' }, { mac: '52:54:00:aa:00:01' }],
  ])('%s', (_title, raw, fields) => {
    const link = { ifname: 'a', ifindex: 1, linkinfo: { info_kind: 'macvtap' }, ...raw };
    expect(parseLinksJson(JSON.stringify([link]))?.[0]?.macvtap).toMatchObject(fields);
  });
});

describe('text', () => {
  const aliases = parseAliases(`mvt-web1 ${ALIAS}\nmvt-web2 ${ALIAS}\nmvt-src1 ${ALIAS}\n`);

  test.each([
    ['4.11', ['bcqueuelen']],
    ['6.1', []],
  ])('%s says the same as JSON, except %j', (version, unseen) => {
    const links = parseLinksText(capture(`host.ip-d-o-link-show-type-macvtap.${version}.txt`), aliases);
    expect(links.map((link) => link.macvtap)).toEqual(NOW.map((link) => omit(link.macvtap, unseen)));
    const plain = (link: ReadLink) =>
      omit(link, ['macvtap', 'altnames', ...(version === '4.11' ? ['maxMtu'] : [])]);
    expect(links.map(plain)).toEqual(NOW.map(plain));
  });

  const HEAD = '<BROADCAST,UP> mtu 1500 qdisc noop state UP mode DEFAULT group default qlen 1000';
  const ETHER = 'link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 ';

  test.each([
    [
      'a device without a driver’s name',
      `2: eno1: ${HEAD}\\    ${ETHER}addrgenmode eui64`,
      { kind: undefined, lower: undefined },
    ],
    [
      'a veth of another namespace',
      `2: v0@if7: ${HEAD}\\    ${ETHER}link-netnsid 0\\    veth addrgenmode eui64`,
      { kind: 'veth', lower: '@if7' },
    ],
    [
      'a device that is called like an index',
      `2: m0@if7: ${HEAD}\\    ${ETHER}\\    macvtap mode vepa`,
      { lower: 'if7' },
    ],
    [
      'a port of a bridge',
      `2: eno1: ${HEAD.replace('qdisc', 'master br0 qdisc')}\\    ${ETHER}\\    bridge_slave state forwarding`,
      { kind: undefined, master: 'br0' },
    ],
    [
      'a VLAN',
      `3: eno1.5@eno1: ${HEAD}\\    ${ETHER}\\    vlan protocol 802.1Q id 5`,
      { kind: 'vlan', lower: 'eno1' },
    ],
    [
      'an alias that forges a kind',
      `2: eno1: ${HEAD}\\    ${ETHER}\\    alias x\\    macvtap mode passthru`,
      { kind: undefined, mode: undefined, macvtap: undefined },
    ],
    [
      'loopback',
      '1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue state UNKNOWN\\    link/loopback 00:00:00:00:00:00',
      { linkType: 'loopback', up: true },
    ],
  ])('%s', (_title, line, expected) => {
    expect(parseLinksText(line, new Map())).toEqual([expect.objectContaining(expected)]);
  });

  test('a number that is none is not known, nor is a word of any length', () => {
    const line = `2: m0@eno1: <UP> mtu 15x00 group ${'g'.repeat(1000)} qlen -1\\    link/ether 02:00:00:00:00:01 brd x\\    macvtap mode ${'m'.repeat(1000)} bcqueuelen 1e3`;
    const [link] = parseLinksText(line, new Map());
    expect(link).toMatchObject({ mtu: 0, group: 'default', mode: undefined });
    expect(link?.macvtap).toMatchObject({ txqueuelen: 4294967295 });
    expect(link?.macvtap).not.toHaveProperty('mtu');
    expect(link?.macvtap).not.toHaveProperty('mode');
    expect(link?.macvtap).not.toHaveProperty('bcqueuelen');
    expect(parseLinksText(`2: ${'n'.repeat(1000)}: <UP> mtu 1500`, new Map())).toEqual([]);
  });

  test('lines that are no links are passed over', () => {
    expect(parseLinksText('\nwelcome\n  eno1: x\nalias 7\n', new Map())).toEqual([]);
  });
});

test('aliases keep their spaces', () => {
  expect([...parseAliases('a  two  \nb x\n\nc\n')]).toEqual([
    ['a', ' two  '],
    ['b', 'x'],
  ]);
});

function omit(value: object | undefined, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([key]) => !keys.includes(key)));
}
