/** Every operation's line, word for word, and the gate that nothing passes which `ip -batch` would read otherwise. */
import { describe, expect, test } from 'vitest';
import { batchLine, batchOf } from '../../../src/iproute/batch.ts';
import type { Mac } from '../../../src/model/mac.ts';
import type { Operation } from '../../../src/model/step.ts';

const MAC = '52:54:00:10:00:01' as Mac;

test.each<[Operation, string]>([
  [
    { op: 'add', name: 'web0', fields: { lower: 'eno1', mode: 'bridge' } },
    'link add link eno1 name web0 type macvtap mode bridge',
  ],
  [
    {
      op: 'add',
      name: 'web0',
      fields: { lower: 'eno1', mode: 'vepa', mac: MAC, mtu: 1400, txqueuelen: 0, queues: 4, bcqueuelen: 0 },
    },
    'link add link eno1 name web0 address 52:54:00:10:00:01 mtu 1400 txqueuelen 0 numtxqueues 4 numrxqueues 4 type macvtap mode vepa bcqueuelen 0',
  ],
  [
    { op: 'add', name: 'p0', fields: { lower: 'eno2', mode: 'passthru', nopromisc: true, bcqueuelen: 7 } },
    'link add link eno2 name p0 type macvtap mode passthru nopromisc bcqueuelen 7',
  ],
  [{ op: 'delete', name: 'web0' }, 'link del dev web0'],
  [{ op: 'set-group', name: 'web0', group: 7 }, 'link set dev web0 group 7'],
  [{ op: 'delete-group', group: 7, names: ['web0'] }, 'link del group 7'],
  [
    { op: 'alias', name: 'web0', alias: 'tapfleet:1 owner=a -- it is' },
    'link set dev web0 alias "tapfleet:1 owner=a -- it is"',
  ],
  [
    { op: 'altname', name: 'web0', altname: 'mvt.fleet-a.web1' },
    'link property add dev web0 altname mvt.fleet-a.web1',
  ],
  [{ op: 'state', name: 'up', state: 'up' }, 'link set dev up up'],
  [{ op: 'state', name: 'web0', state: 'down' }, 'link set dev web0 down'],
  [{ op: 'mac', name: 'web0', mac: MAC }, 'link set dev web0 address 52:54:00:10:00:01'],
  [{ op: 'mode', name: 'web0', mode: 'source' }, 'link set dev web0 type macvtap mode source'],
  [{ op: 'nopromisc', name: 'p0', on: true }, 'link set dev p0 type macvtap mode passthru nopromisc'],
  [{ op: 'nopromisc', name: 'p0', on: false }, 'link set dev p0 type macvtap mode passthru flag null'],
  [{ op: 'mtu', name: 'web0', value: 1400 }, 'link set dev web0 mtu 1400'],
  [{ op: 'txqueuelen', name: 'web0', value: 0 }, 'link set dev web0 txqueuelen 0'],
  [{ op: 'bcqueuelen', name: 'web0', value: 9 }, 'link set dev web0 type macvtap bcqueuelen 9'],
  [{ op: 'addrgenmode', name: 'web0', value: 'none' }, 'link set dev web0 addrgenmode none'],
  [{ op: 'allmulticast', name: 'web0', on: true }, 'link set dev web0 allmulticast on'],
  [{ op: 'promisc', name: 'web0', on: false }, 'link set dev web0 promisc off'],
  [
    { op: 'source-add', name: 'web0', mac: MAC },
    'link set dev web0 type macvtap macaddr add 52:54:00:10:00:01',
  ],
  [
    { op: 'source-del', name: 'web0', mac: MAC },
    'link set dev web0 type macvtap macaddr del 52:54:00:10:00:01',
  ],
])('%j', (operation, line) => {
  expect(batchLine(operation)).toBe(line);
});

test('line N of the batch is step N', () => {
  const steps = ['a', 'b'].map((name) => ({
    interfaces: [name],
    operation: { op: 'delete', name } as const,
  }));
  expect(batchOf(steps)).toBe('link del dev a\nlink del dev b\n');
  expect(batchOf([])).toBe('');
});

describe('the gate', () => {
  test.each([
    ['a b'],
    [''],
    ['a#b'],
    ['a"\'b'],
    ['a\nb'],
    ['a\ufffd'],
    ['a\tb'],
    ['\u001b'],
    ['\ud800'],
    ['\u0085'],
  ])('the name %j is no word', (name) => {
    expect(() => batchLine({ op: 'delete', name })).toThrow(/not a word/);
  });

  test.each([['a"b'], ['a#b'], ['a\\b'], ['a\nlink del dev eno1'], ['\u007f'], ['\u0000']])(
    'the alias %j cannot be quoted',
    (alias) => {
      expect(() => batchLine({ op: 'alias', name: 'web0', alias })).toThrow(/not to be quoted/);
    },
  );

  test.each([
    ["a'b", `"a'b"`],
    ['a"b', `'a"b'`],
    ['a\\', '"a\\"'],
    ['é', 'é'],
    ['日本', '日本'],
    ['$(id);`id`', '$(id);`id`'],
  ])('the name %j of a host is written %s', (name, written) => {
    expect(batchLine({ op: 'delete', name })).toBe(`link del dev ${written}`);
  });

  const HOSTILE = [
    '1500\nnetns exec x touch /tmp/PWNED',
    'up\nlink del dev eno1',
    'a b',
    'a#b',
    'a"\'b',
    '',
    ' ',
    '\r',
    -1,
    1.5,
    Number.NaN,
    2 ** 60,
    null,
    {},
    ['up', 'x y'],
    { toString: 1 },
  ] as never[];
  const FIELDS = { lower: 'eno1', mode: 'vepa' } as const;

  test.each<[string, (value: never) => Operation]>([
    ['the name of what is made', (name) => ({ op: 'add', name, fields: FIELDS })],
    ['a lower device', (lower) => ({ op: 'add', name: 'a', fields: { ...FIELDS, lower } })],
    ['the mode of what is made', (mode) => ({ op: 'add', name: 'a', fields: { ...FIELDS, mode } })],
    ['its index', (index) => ({ op: 'add', name: 'a', index, fields: FIELDS })],
    ['its MAC', (mac) => ({ op: 'add', name: 'a', fields: { ...FIELDS, mac } })],
    ['its MTU', (mtu) => ({ op: 'add', name: 'a', fields: { ...FIELDS, mtu } })],
    ['its txqueuelen', (txqueuelen) => ({ op: 'add', name: 'a', fields: { ...FIELDS, txqueuelen } })],
    ['its bcqueuelen', (bcqueuelen) => ({ op: 'add', name: 'a', fields: { ...FIELDS, bcqueuelen } })],
    ['its queues', (queues) => ({ op: 'add', name: 'a', fields: { ...FIELDS, queues } })],
    ['the name of what is deleted', (name) => ({ op: 'delete', name })],
    ['a group', (group) => ({ op: 'set-group', name: 'a', group })],
    ['a group to delete', (group) => ({ op: 'delete-group', group, names: [] })],
    ['the name of what is set', (name) => ({ op: 'promisc', name, on: true })],
    ['the name of what is flushed', (name) => ({ op: 'flush-link-local', name })],
    ['a state', (state) => ({ op: 'state', name: 'a', state })],
    ['a MAC', (mac) => ({ op: 'mac', name: 'a', mac })],
    ['a mode', (mode) => ({ op: 'mode', name: 'a', mode })],
    ['an MTU', (value) => ({ op: 'mtu', name: 'a', value })],
    ['a txqueuelen', (value) => ({ op: 'txqueuelen', name: 'a', value })],
    ['a bcqueuelen', (value) => ({ op: 'bcqueuelen', name: 'a', value })],
    ['an addrgenmode', (value) => ({ op: 'addrgenmode', name: 'a', value })],
    ['an alternative name', (altname) => ({ op: 'altname', name: 'a', altname })],
    ['a source address', (mac) => ({ op: 'source-add', name: 'a', mac })],
    ['a source address that goes', (mac) => ({ op: 'source-del', name: 'a', mac })],
  ])('no other text passes as %s', (_what, operation) => {
    for (const value of HOSTILE)
      expect(() => batchLine(operation(value)), JSON.stringify(value)).toThrow(/^not /);
  });

  test.each([[true], [5], [['a']], [{}]])('%j is no alias', (alias) => {
    expect(() => batchLine({ op: 'alias', name: 'a', alias } as never)).toThrow(/^not /);
  });

  test('the way back gives a mode of a later kernel as it was found', () => {
    expect(batchLine({ op: 'mode', name: 'a', mode: 'mirror_2' as never })).toBe(
      'link set dev a type macvtap mode mirror_2',
    );
  });

  test('a lower device may have what the kernel allows', () => {
    const line = batchLine({ op: 'add', name: 'a', fields: { lower: 'br-$x(1)!', mode: 'vepa' } });
    expect(line).toContain('link br-$x(1)! name a');
  });
});
