/** Two lines of one link: what is different is said in the words of a playbook, and what is left to others is not looked at. */
import { expect, test } from 'vitest';
import { differencesOf, withoutFields } from '../../../src/iproute/link-line.ts';
import { FIELD_NAMES, type FieldName } from '../../../src/model/macvtap.ts';

/** As iproute2 6.1 prints it, without what the host takes out. */
const TAP =
  '18: x0@eno1: <BROADCAST,MULTICAST,ALLMULTI,UP> mtu 1300 mode DEFAULT group default qlen 777\\    link/ether 02:85:6c:d6:9d:c7 brd ff:ff:ff:ff:ff:ff  minmtu 68 maxmtu 65535 \\    macvtap mode source bcqueuelen 1000 remotes (2) 52:54:00:c0:00:02 52:54:00:c0:00:01 addrgenmode none numtxqueues 1 numrxqueues 1 gso_max_size 65536 \\    alias tapfleet:1 owner=default mtu=1300 state=up -- mtu 9 \\    macvtap mode vepa';
const LOWER =
  '5: eno1@sw0p1: <BROADCAST,MULTICAST,UP> mtu 1500 mode DEFAULT group default qlen 1000\\    link/ether 02:7f:00:01:00:01 brd ff:ff:ff:ff:ff:ff  minmtu 68 maxmtu 65535 \\    veth addrgenmode none numtxqueues 2 numrxqueues 2 ';

/** Each place of the line, changed, and the field it is. */
const CHANGES: readonly [FieldName, string, string, string][] = [
  ['lower', 'x0@eno1:', 'x0@eno2:', 'lower eno1 → eno2'],
  ['mode', 'macvtap mode source', 'macvtap mode bridge', 'mode source → bridge'],
  ['mac', '02:85:6c:d6:9d:c7', '02:85:6c:d6:9d:c8', 'mac 02:85:6c:d6:9d:c7 → 02:85:6c:d6:9d:c8'],
  ['mtu', '> mtu 1300', '> mtu 1400', 'mtu 1300 → 1400'],
  ['txqueuelen', 'qlen 777', 'qlen 778', 'txqueuelen 777 → 778'],
  ['bcqueuelen', 'bcqueuelen 1000', 'bcqueuelen 2000', 'bcqueuelen 1000 → 2000'],
  ['queues', 'numtxqueues 1 numrxqueues 1', 'numtxqueues 4 numrxqueues 4', 'queues 1 → 4'],
  [
    'source_macs',
    'remotes (2) 52:54:00:c0:00:02 52:54:00:c0:00:01 ',
    'remotes (1) 52:54:00:c0:00:01 ',
    'source_macs 52:54:00:c0:00:01 52:54:00:c0:00:02 → 52:54:00:c0:00:01',
  ],
  ['nopromisc', 'macvtap mode source ', 'macvtap mode source nopromisc ', 'nopromisc false → true'],
  ['promisc', 'MULTICAST,', 'MULTICAST,PROMISC,', 'promisc false → true'],
  ['allmulticast', 'ALLMULTI,', '', 'allmulticast true → false'],
  ['addrgenmode', 'addrgenmode none', 'addrgenmode eui64', 'addrgenmode none → eui64'],
  ['state', ',UP>', '>', 'state up → down'],
  ['alias', ' -- mtu 9', ' -- mtu 8', 'its alias'],
];

test.each(CHANGES)('%s', (field, was, is, said) => {
  const now = TAP.replace(was, is);
  expect(now).not.toBe(TAP);
  expect(differencesOf(TAP, now)).toEqual([said]);
  expect(withoutFields(now, new Set([field]))).toBe(withoutFields(TAP, new Set([field])));
  for (const [other] of CHANGES) {
    if (other !== field)
      expect(withoutFields(now, new Set([other]))).not.toBe(withoutFields(TAP, new Set([other])));
  }
});

test('a mark that changed is no description: it is looked at whatever is left to others', () => {
  const now = TAP.replace('owner=default', 'owner=other');
  expect(differencesOf(TAP, now)).toEqual(['its mark']);
  expect(withoutFields(now, new Set(['alias']))).not.toBe(withoutFields(TAP, new Set(['alias'])));
  const foreign = (text: string) => TAP.replace(/alias .*/, `alias ${text}`);
  expect(withoutFields(foreign('a'), new Set(['alias']))).toBe(
    withoutFields(foreign('b'), new Set(['alias'])),
  );
});

test('an interface that was made anew, and a lower device', () => {
  expect(differencesOf(TAP, TAP.replace('18:', '19:'))).toEqual(['made anew']);
  expect(differencesOf(LOWER, LOWER.replace('mtu 1500', 'mtu 1400').replace(',UP', ''))).toEqual([
    'mtu 1500 → 1400',
    'state up → down',
  ]);
});

test('what has no name is no difference that could be told', () => {
  expect(differencesOf(TAP, TAP.replace('gso_max_size 65536', 'gso_max_size 1'))).toEqual([]);
  expect(differencesOf('nonsense', TAP)).toEqual([]);
});

// Each of them kept a pattern busy for minutes.
test.each([
  ['a name that never ends', `18: ${'x'.repeat(500_000)}`],
  ['names without end', `18: ${'x@'.repeat(250_000)}`],
  ['flags that never end', `18: x0@eno1: <${',UPS'.repeat(125_000)}`],
  ['flags that never begin', ',UP'.repeat(125_000)],
  ['blanks', `18: x0: <UP> \\${' '.repeat(500_000)}`],
  ['aliases with line ends of their own', `18: x0: <UP> ${'\\    alias \r'.repeat(40_000)}`],
  ['digits', `18: x0: <UP> numtxqueues ${'1'.repeat(500_000)}`],
  ['link layers', `18: x0: <UP> link/${'link/'.repeat(100_000)}`],
])('of %s the fields are taken away at once', (_title, line) => {
  expect(withoutFields(line, new Set(FIELD_NAMES)).length).toBeGreaterThan(0);
  expect(differencesOf(line, TAP)).toBeInstanceOf(Array);
});
