import { describe, expect, it } from 'vitest';
import { parsePlaybook } from '../../../src/playbook/parse.ts';
import { lines } from './mistakes.ts';

function mistakes(text: string): string[] {
  return lines(parsePlaybook(text, 'play.yml').diagnostics);
}

/** A play whose one entry has `field` at line 3; columns of its value begin at 4 + the key's length + 2. */
function withField(field: string): string[] {
  return mistakes(`- hosts: all\n  macvtaps: [{name: web0, lower: eno1,\n   ${field}}]\n`);
}

describe('the structure of a playbook', () => {
  it.each([
    ['nothing', '', ['1:1 error the playbook is empty']],
    ['only a comment', '# nothing\n', ['1:1 error the playbook is empty']],
    ['a map', 'hosts: all\n', ['1:1 error the playbook is a map, not a list of plays']],
    ['text', 'hello\n', ['1:1 error the playbook is "hello", not a list of plays']],
    ['an empty list', '[]\n', ['1:1 error the playbook holds no plays']],
    ['a play that is text', '- hello\n', ['1:3 error a play is a map, not "hello"']],
    ['a play without hosts', '- macvtaps: []\n', ['1:3 error the play has no hosts']],
    ['a play without macvtaps', '- hosts: all\n', ['1:3 error the play has no macvtaps']],
    [
      'macvtaps as a map',
      '- hosts: all\n  macvtaps: {name: a}\n',
      ['2:13 error macvtaps is a map, not a list'],
    ],
    [
      'an entry that is text',
      '- hosts: all\n  macvtaps: [web0]\n',
      ['2:14 error a macvtap is a map, not "web0"'],
    ],
    [
      'defaults as a list',
      '- hosts: all\n  macvtaps: []\n  defaults: [1]\n',
      ['3:13 error defaults is [1], not a map'],
    ],
    [
      'vars that say how a host is reached',
      '- hosts: all\n  macvtaps: []\n  vars: {x: 1, ansible_user: root}\n',
      [
        '3:16 error ansible_user among the vars of a play: a host is reached in one way, whichever plays name it',
      ],
    ],
    ['vars as a list', '- hosts: all\n  macvtaps: []\n  vars: [1]\n', ['3:9 error vars is [1], not a map']],
    ['no name', '- hosts: all\n  macvtaps: [{lower: eno1}]\n', ['2:14 error the macvtap has no name']],
    ['no lower', '- hosts: all\n  macvtaps: [{name: a}]\n', ['2:14 error the macvtap has no lower device']],
    ['absent without lower', '- hosts: all\n  macvtaps: [{name: a, state: absent}]\n', []],
    ['lower from defaults', '- hosts: all\n  defaults: {lower: e0}\n  macvtaps: [{name: a}]\n', []],
    [
      'state: absent as a default',
      '- hosts: all\n  defaults: {state: absent}\n  macvtaps: []\n',
      ['2:21 error state: absent cannot be a default'],
    ],
    [
      'how hosts are gone through',
      '- hosts: all\n  macvtaps: []\n  order: random\n  any_errors_fatal: 2\n  throttle_by: {var: rack, limit: 0}\n',
      [
        '4:21 error any_errors_fatal is 2, not true or false',
        '5:16 error limit of throttle_by is 0, not a number of hosts',
        '3:10 error order is "random"',
      ],
    ],
    [
      'throttle_by of other shapes',
      '- {hosts: all, macvtaps: [], throttle_by: rack}\n- {hosts: all, macvtaps: [], throttle_by: {by: rack}}\n',
      [
        '1:43 error throttle_by is "rack", not a map',
        '2:43 error throttle_by has "by", which means nothing there',
      ],
    ],
    [
      'a key __proto__',
      '- hosts: all\n  macvtaps: []\n  __proto__: {a: 1}\n',
      ['3:3 error unknown key "__proto__" in a play'],
    ],
    [
      'a template as a key',
      '- hosts: all\n  "{{ x }}": 1\n  vars: {a: {"{{ y }}": 1}}\n  macvtaps: []\n',
      [
        '2:3 error the key "{{ x }}" is a template; only values are evaluated',
        '3:14 error the key "{{ y }}" is a template; only values are evaluated',
      ],
    ],
  ])('%s', (_, text, expected) => expect(mistakes(text)).toEqual(expected));

  it('collects the mistakes of every play', () => {
    expect(mistakes('- hosts: all\n- macvtaps: []\n')).toEqual([
      '1:3 error the play has no macvtaps',
      '2:3 error the play has no hosts',
    ]);
  });
});

describe('keys that do not belong', () => {
  it.each([
    ['tasks', '"tasks" is a key of Ansible, not of a tapfleet play'],
    ['roles', '"roles" is a key of Ansible, not of a tapfleet play'],
    ['gather_facts', '"gather_facts" is a key of Ansible, not of a tapfleet play'],
    ['connection', '"connection" is a key of Ansible, not of a tapfleet play'],
    ['vars_files', '"vars_files" is a key of Ansible, not of a tapfleet play'],
    ['strategy', '"strategy" is a key of Ansible, not of a tapfleet play'],
    ['persist', '"persist" is not supported yet'],
    ['host', '"host" is not a key of a play'],
    ['purne', 'unknown key "purne" in a play'],
  ])('%s in a play', (key, summary) => {
    expect(mistakes(`- hosts: all\n  macvtaps: []\n  ${key}: x\n`)).toEqual([`3:3 error ${summary}`]);
  });

  it.each([
    ['purne: owned', 'did you mean prune?'],
    ['Owner: a', 'did you mean owner?'],
    ['serail: 1', 'did you mean serial?'],
  ])('%s suggests the nearest key', (text, hint) => {
    const { diagnostics } = parsePlaybook(`- hosts: all\n  macvtaps: []\n  ${text}\n`, 'play.yml');
    expect(diagnostics.map((one) => one.hint)).toEqual([hint]);
  });

  it.each([
    ['mdoe: vepa', 'unknown key "mdoe" in a macvtap'],
    ['tap: {}', '"tap" is not supported yet'],
    ['owner: a', '"owner" is not a key of a macvtap'],
    ['with_items: []', '"with_items" is a key of Ansible, not of a tapfleet play'],
    ['loop_control: {}', '"loop_control" is a key of Ansible, not of a tapfleet play'],
  ])('%s in a macvtap', (text, summary) => expect(withField(text)).toEqual([`3:4 error ${summary}`]));
});

it('a key that comes twice is named, with the place of the first', () => {
  const text = '- hosts: all\n  hosts: web\n  macvtaps: []\n';
  expect(mistakes(text)).toEqual(['2:3 error the key "hosts" comes twice in one map [1:3]']);
});

describe('what YAML makes nothing of is told alone, beside the other mistakes of the file', () => {
  const BARE = 'error a value begins with {{ and has no quotes: to YAML that is a map';
  const MTU = 'error mtu 1 is out of range: 68 to 65535';
  it.each([
    [
      'a field',
      '- hosts: all\n  macvtaps: [{name: a, lower: {{ x }}, mtu: 1}]\n',
      [`2:31 ${BARE}`, `2:45 ${MTU}`],
    ],
    [
      'a name',
      '- hosts: all\n  macvtaps: [{name: {{ x }}, lower: b, mtu: 1}]\n',
      [`2:21 ${BARE}`, `2:45 ${MTU}`],
    ],
    [
      'a state',
      '- hosts: all\n  macvtaps: [{name: a, mtu: 1, state: {{ x }}}]\n',
      [`2:39 ${BARE}`, `2:29 ${MTU}`],
    ],
    [
      'an entry',
      '- hosts: all\n  macvtaps: [{{ x }}, {name: a, lower: b, mtu: 1}]\n',
      [`2:14 ${BARE}`, `2:48 ${MTU}`],
    ],
    [
      'defaults',
      '- hosts: all\n  defaults: {{ x }}\n  macvtaps: [{name: a, mtu: 1}]\n',
      [`2:13 ${BARE}`, `3:29 ${MTU}`],
    ],
    ['macvtaps', '- hosts: all\n  serial: 0\n  macvtaps: {{ x }}\n', [`3:13 ${BARE}`, '2:11 error serial']],
    [
      'hosts',
      '- hosts: {{ x }}\n  macvtaps: [{name: a, lower: b, mtu: 1}]\n',
      [`1:10 ${BARE}`, `2:39 ${MTU}`],
    ],
    [
      'macvtaps that come twice: those of both are judged',
      '- hosts: all\n  macvtaps: [{name: a, lower: b, mtu: 1}]\n  macvtaps: [{name: b}]\n',
      [
        '3:3 error the key "macvtaps" comes twice in one map [2:3]',
        `2:39 ${MTU}`,
        '3:14 error the macvtap has no lower device',
      ],
    ],
  ])('%s', (_, text, expected) =>
    expect(mistakes(text)).toEqual(expected.map((one) => expect.stringContaining(one))),
  );
});

describe('values of a play', () => {
  it.each([
    ['serial: 0', 'serial 0 is not a batch size'],
    ['serial: "0%"', 'serial "0%" is not a batch size'],
    ['serial: "101%"', 'serial "101%" is not a batch size'],
    ['serial: []', 'serial is an empty list'],
    ['serial: 1.5', 'serial 1.5 is not a batch size'],
    ['max_fail_percentage: 101', 'max_fail_percentage 101 is not a percentage'],
    ['max_fail_percentage: many', 'max_fail_percentage "many" is not a percentage'],
    ['become: maybe', 'become is "maybe", not true or false'],
    ['prune: all', 'prune is "all"; it must be owned or none'],
  ])('%s', (text, summary) => {
    const column = text.indexOf(':') + 5;
    expect(mistakes(`- hosts: all\n  macvtaps: []\n  ${text}\n`)).toEqual([`3:${column} error ${summary}`]);
  });

  it.each([
    'serial: 1',
    'serial: "25%"',
    'serial: [1, "25%", "100%"]',
    'serial: "2"',
    'max_fail_percentage: 0',
    'become: yes',
    'owner: team.a',
    'prune: none',
  ])('%s is right', (text) => expect(mistakes(`- hosts: all\n  macvtaps: []\n  ${text}\n`)).toEqual([]));

  it('points at the wrong item of a list', () => {
    expect(mistakes('- hosts: [all, 7]\n  macvtaps: []\n  serial: [1, 0]\n')).toEqual([
      '1:16 error hosts is 7, not a pattern',
      '3:15 error serial 0 is not a batch size',
    ]);
  });

  it.each([['owner: "a b"'], ['owner: ""'], ['owner: 7'], [`owner: ${'a'.repeat(33)}`]])(
    '%s is refused',
    (text) => {
      expect(mistakes(`- hosts: all\n  macvtaps: []\n  ${text}\n`)[0]).toMatch(
        /^3:10 error owner .* is not a name/,
      );
    },
  );
});

const MANY = Array.from(
  { length: 5401 },
  (_, n) =>
    `"02:00:00:00:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}"`,
);

describe('literal values of a macvtap', () => {
  it.each([
    ['mode: brigde', '3:10 error mode is "brigde"; it must be vepa, bridge, private, passthru or source'],
    [
      'mac: 53:54:00:00:00:01',
      '3:9 error mac "53:54:00:00:00:01" is a multicast address: the lowest bit of its first byte must be 0',
    ],
    [
      'mac: 00:00:00:00:00:00',
      '3:9 error mac "00:00:00:00:00:00" is the zero address, which no interface may have',
    ],
    ['mac: 52:54:00:00:01', '3:9 error mac "52:54:00:00:01" has 5 bytes: a MAC address has 6'],
    ['mac: 525400000001', '3:9 error mac is the number 525400000001: YAML took the address for a number'],
    ['mac: [a]', '3:9 error mac is ["a"], not a MAC address'],
    ['mtu: 67', '3:9 error mtu 67 is out of range: 68 to 65535'],
    ['mtu: 65536', '3:9 error mtu 65536 is out of range: 68 to 65535'],
    ['mtu: 1500.5', '3:9 error mtu is 1500.5, not a whole number'],
    ['mtu: big', '3:9 error mtu is "big", not a whole number'],
    ['mtu: ', '3:9 error mtu has no value'],
    ['txqueuelen: 0', '3:16 warning txqueuelen 0: the guest receives nothing'],
    ['txqueuelen: 2147483648', '3:16 error txqueuelen 2147483648 is out of range: 0 to 2147483647'],
    ['bcqueuelen: 4294967296', '3:16 error bcqueuelen 4294967296 is out of range: 0 to 4294967295'],
    ['alias: "x\\uD800y"', '3:11 error alias "x\\ud800y" holds half of a character (a lone surrogate)'],
    ['bcqueuelen: -1', '3:16 error bcqueuelen -1 is out of range: 0 to 4294967295'],
    ['queues: 0', '3:12 error queues 0 is out of range: 1 to 4096'],
    ['queues: 4097', '3:12 error queues 4097 is out of range: 1 to 4096'],
    ['nopromisc: true', '3:15 error nopromisc needs mode passthru; the mode is vepa'],
    ['source_macs: []', '3:17 error source_macs needs mode source; the mode is vepa'],
    [
      `mode: source, source_macs: [${MANY.slice(0, 5401).join(', ')}]`,
      "3:31 error source_macs has 5401 addresses, and 5400 are the most: the kernel shows a macvtap's list in 65,535 bytes, 12 for each",
    ],
    ['mode: source, source_macs: []', '3:31 warning source_macs is empty: in source mode nothing gets in'],
    [
      'mode: source, source_macs: [zz]',
      '3:32 error source_macs "zz" is not a MAC address: write six pairs of hex digits, such as 52:54:00:10:00:01',
    ],
    [
      'mode: source, source_macs: ["52:54:00:00:00:01", "52-54-00-00-00-01"]',
      '3:53 warning source_macs holds 52:54:00:00:00:01 twice',
    ],
    ['promisc: 2', '3:13 error promisc is 2, not true or false'],
    ['addrgenmode: eui', '3:17 error addrgenmode is "eui"; it must be none, eui64, stable_secret or random'],
    ['alias: "a\\nb"', '3:11 error alias "a\\nb" holds a control character'],
    ['alias: 7', '3:11 error alias is 7, which YAML reads as a number, not as text'],
    ['state: gone', '3:11 error state is "gone"; it must be up, down or absent'],
    ['state: absent, mtu: 1500', '2:34 warning lower, mtu mean nothing with state: absent'],
    ['disruption: yes', '3:16 error disruption is true; it must be refuse or allow'],
    ['when: 7', '3:10 error when is 7, not a condition'],
    ['when: ', '3:10 error when is null, not a condition'],
    ['loop: 7', '3:10 error loop is 7, not a list'],
  ])('%s', (field, expected) => expect(withField(field)).toEqual([expected]));

  it.each([
    `mode: source, source_macs: [${MANY.slice(0, 5400).join(', ')}]`,
    'txqueuelen: 2147483647',
    'bcqueuelen: 4294967295',
    'mode: passthrough',
    'mac: auto',
    'mac: 52-54-00-10-00-01',
    'mtu: "1500"',
    'mode: passthru, nopromisc: on',
    'queues: 4096',
    'when: [true, a == b]',
  ])('%s is right', (field) => expect(withField(field)).toEqual([]));

  it.each([
    ['all', 'the kernel keeps its settings for all interfaces under that name'],
    ['default', 'the kernel keeps its settings for all interfaces under that name'],
    ['"web 0"', 'is not a name'],
    ['"-web"', 'is not a name'],
    ['"web0\\n"', 'is not a name'],
    ['"a;reboot"', 'is not a name'],
    ['"\\e[31mred"', 'is not a name'],
    ['abcdefghijklmnop', 'has 16 characters, and 15 are the most'],
    ['100', 'which YAML reads as a number'],
    ['off', 'which YAML reads as a boolean'],
  ])('the name %s is refused, without raw control characters', (name, expected) => {
    const found = mistakes(`- hosts: all\n  macvtaps: [{name: ${name}, lower: eno1}]\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`2:21 error`);
    expect(found[0]).toContain(expected);
    expect(found[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it.each(['vnet0', 'vif1', 'macvtap0', 'macvlan9'])('the name %s draws a warning', (name) => {
    expect(mistakes(`- hosts: all\n  macvtaps: [{name: ${name}, lower: eno1}]\n`)[0]).toMatch(
      /^2:21 warning .*libvirt/,
    );
  });

  it.each(['"eno 1"', '"eno#1"', '-x', '"a\\\\b"', '""'])('the lower device %s is refused', (lower) => {
    expect(mistakes(`- hosts: all\n  macvtaps: [{name: a, lower: ${lower}}]\n`)[0]).toMatch(
      /^2:31 error lower /,
    );
  });

  it('judges defaults where they are written', () => {
    expect(mistakes('- hosts: all\n  defaults: {lower: e0, mtu: 1, name: x}\n  macvtaps: []\n')).toEqual([
      '2:30 error mtu 1 is out of range: 68 to 65535',
      '2:33 error "name" is not a key of defaults',
    ]);
  });

  it('leaves a default that is meant for other modes out without a word', () => {
    const text = '- hosts: all\n  defaults: {lower: e0, nopromisc: true}\n  macvtaps: [{name: a}]\n';
    expect(mistakes(text)).toEqual([]);
  });
});
