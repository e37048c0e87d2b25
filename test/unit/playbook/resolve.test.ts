import { describe, expect, it } from 'vitest';
import { autoMac } from '../../../src/model/mac.ts';
import { lines, resolveText } from './mistakes.ts';

function mistakes(text: string, hosts?: Parameters<typeof resolveText>[1]): string[] {
  return lines(resolveText(text, hosts).diagnostics);
}

/** The interfaces of hv01. */
function wanted(text: string, hosts?: Parameters<typeof resolveText>[1]) {
  const { manifests, diagnostics } = resolveText(text, hosts);
  expect(lines(diagnostics)).toEqual([]);
  return Object.fromEntries((manifests[0]?.present ?? []).map((one) => [one.name, one.fields]));
}

const play = (macvtaps: string, more = '') =>
  `- hosts: all\n  defaults: {lower: eno1}\n  macvtaps: ${macvtaps}\n${more}`;
const DEFAULTS = { lower: 'eno1', mode: 'vepa', addrgenmode: 'none', allmulticast: true, state: 'up' };

describe('what an entry becomes', () => {
  it('fills in the contract’s defaults and judges nothing else', () => {
    expect(wanted(play('[{name: web0}]'))).toEqual({ web0: { ...DEFAULTS, mac: autoMac('hv01', 'web0') } });
  });

  it.each([
    ['mode: passthru', { mode: 'passthru', mac: undefined }],
    ['mode: passthrough, mac: auto', { mode: 'passthru', mac: autoMac('hv01', 'web0') }],
    ['mac: 52-54-00-AA-00-01', { mac: '52:54:00:aa:00:01' }],
    ['mtu: "{{ 1000 + 500 }}"', { mtu: 1500 }],
    ['mtu: "{{ size }}"', { mtu: 9000 }],
    ['promisc: "{{ \'yes\' }}"', { promisc: true }],
    ['mtu: "{{ missing | default(omit) }}"', { mtu: undefined }],
    ['alias: "on {{ inventory_hostname }}"', { alias: 'on hv01' }],
    [
      'mode: source, source_macs: ["{{ \'52:54:00:00:00:0B\' }}", 52:54:00:00:00:0a]',
      { source_macs: ['52:54:00:00:00:0a', '52:54:00:00:00:0b'] },
    ],
  ])('%s', (field, expected) => {
    const fields = wanted(play(`[{name: web0, ${field}}]`), { hv01: { size: '9000' } }).web0;
    for (const [key, value] of Object.entries(expected)) {
      expect(fields?.[key as keyof typeof fields]).toEqual(value);
    }
  });

  it.each([
    ['a list', '[0, 1]'],
    ['a template', '"{{ range(0, 2) | list }}"'],
    ['a list of templates', '["{{ 0 }}", "{{ 1 }}"]'],
  ])('loops over %s', (_, loop) => {
    expect(Object.keys(wanted(play(`[{name: "g{{ item }}", loop: ${loop}}]`)))).toEqual(['g0', 'g1']);
  });

  it.each([
    ['when: item != 1', ['g0']],
    ['when: [true, item == 1]', ['g1']],
    ['when: "{{ item == 0 }}"', ['g0']],
    ['when: flag', ['g0', 'g1']],
    ['when: false', []],
  ])('%s', (condition, expected) => {
    const text = play(`[{name: "g{{ item }}", loop: [0, 1], ${condition}}]`);
    expect(Object.keys(wanted(text, { hv01: { flag: 'yes' } }))).toEqual(expected);
  });

  it('keeps what must be absent apart, sorted', () => {
    const { manifests } = resolveText(
      play('[{name: b, state: absent}, {name: a, state: "{{ \'absent\' }}"}]'),
    );
    expect(manifests[0]?.absent.map((one) => one.name)).toEqual(['a', 'b']);
    expect(manifests[0]?.present).toEqual([]);
  });
});

describe('mistakes that only a host shows', () => {
  it.each([
    [
      'an undefined variable',
      '[{name: "a{{ x }}"}]',
      '3:21 error undefined variable "x" in "a{{ x }}" (on hv01)',
    ],
    [
      'a name too long',
      '[{name: "{{ \'a\' * 16 }}"}]',
      '3:21 error the interface name "aaaaaaaaaaaaaaaa" has 16 characters, and 15 are the most: it takes 1 to 15 letters, digits, ".", "_" or "-", the first a letter or digit (on hv01)',
    ],
    [
      'a number out of range',
      '[{name: a, mtu: "{{ 9 }}"}]',
      '3:29 error mtu 9 is out of range: 68 to 65535 (on hv01)',
    ],
    ['no boolean', '[{name: a, promisc: "{{ 7 }}"}]', '3:33 error promisc is 7, not true or false (on hv01)'],
    [
      'a mode with nopromisc',
      '[{name: a, mode: "{{ \'vepa\' }}", nopromisc: true}]',
      '3:57 error a: nopromisc needs mode passthru; the mode is vepa (on hv01)',
    ],
    ['when no boolean', '[{name: a, when: "[]"}]', '3:30 error when gives [], not true or false (on hv01)'],
    ['loop no list', '[{name: a, loop: "{{ 7 }}"}]', '3:30 error loop gives 7, not a list (on hv01)'],
    [
      'loop without end',
      '[{name: "a{{ item }}", loop: "{{ range(5000) | list }}"}]',
      '3:42 error loop has 5000 items, and 4096 interfaces are the most for a host (on hv01)',
    ],
    ['lower left out', '[{name: a, lower: "{{ omit }}"}]', '3:14 error a has no lower device (on hv01)'],
    [
      'an alias without room',
      `[{name: a, alias: "${'x'.repeat(200)}"}]`,
      '3:31 error a: the alias takes 200 bytes, and beside the mark there is room for',
    ],
  ])('%s', (_, macvtaps, expected) => {
    const found = mistakes(play(macvtaps));
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(expected)).toBe(true);
  });

  it('names too many interfaces over several loops', () => {
    const loop = 'loop: "{{ range(3000) | list }}"';
    expect(mistakes(play(`[{name: "a{{ item }}", ${loop}}, {name: "b{{ item }}", ${loop}}]`))).toEqual([
      '3:71 error plays declare more than 4096 interfaces for one host (on hv01)',
    ]);
  });

  it('tells one mistake of a thousand hosts once', () => {
    const hosts = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`hv${n}`, {}]));
    expect(mistakes(play('[{name: "a{{ x }}"}]'), hosts)).toEqual([
      '3:21 error undefined variable "x" in "a{{ x }}" (on hv0 and 999 more hosts)',
    ]);
  });

  it('tells three of many texts at one place and counts the rest', () => {
    const hosts = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`hv${n}`, {}]));
    const found = mistakes(play('[{name: "{{ inventory_hostname }}!"}]'), hosts);
    expect(found).toHaveLength(3);
    expect(found[2]).toMatch(/\(on hv2; 7 more like it at this place\)$/);
  });

  it('warns of a play that matches nobody and still finds its literal mistakes', () => {
    expect(mistakes('- hosts: all:!hv01\n  macvtaps: [{name: a, lower: e0, mtu: 1}]\n')).toEqual([
      '2:40 error mtu 1 is out of range: 68 to 65535',
      '1:10 warning the play matches no host',
    ]);
  });
});

describe('declarations of one host that clash', () => {
  const two = (first: string, second: string, more = '') =>
    mistakes(
      `- hosts: all\n  macvtaps: [{name: web0, lower: eno1, ${first}}]\n- hosts: all\n  macvtaps: [{name: web0, lower: eno1, ${second}}]\n${more}`,
    );

  it.each([
    [
      'mtu: 1500',
      'mtu: 9000',
      '4:45 error "web0" is declared twice, differently: mtu 9000 here, 1500 there [2:45] (on hv01)',
    ],
    [
      'mtu: 1500',
      'state: up',
      '4:14 error "web0" is declared twice, differently: mtu not given here, 1500 there [2:45] (on hv01)',
    ],
    [
      'state: up',
      'disruption: allow',
      '4:52 error "web0" is declared twice, differently: disruption allow here, refuse there [2:14] (on hv01)',
    ],
  ])('%s and %s', (first, second, expected) => {
    expect(two(first, second)).toEqual([expected.replace(/ (\[\S+\]) (\(.*\))$/, ' $2 $1')]);
  });

  it('lets the same declaration stand twice', () =>
    expect(two('mtu: 1500', 'mtu: "{{ 1500 }}"')).toEqual([]));

  it('present and absent', () => {
    const found = mistakes('- hosts: all\n  macvtaps: [{name: a, lower: e0}, {name: a, state: absent}]\n');
    expect(found).toEqual([
      '2:36 error "a" is declared twice, differently: absent here, present there (on hv01) [2:14]',
    ]);
  });

  it('two owners', () =>
    expect(two('mtu: 1500', 'mtu: 1500', '  owner: net\n')).toEqual([
      '4:14 error "web0" is declared for two owners: "net" here, "default" there (on hv01) [2:14]',
    ]));

  it.each([
    [
      'one MAC on one lower',
      '{name: a, mac: 52:54:00:00:00:01}, {name: b, mac: 52-54-00-00-00-01}',
      '3:64 error "b" has the MAC 52:54:00:00:00:01 of "a" on the same lower device "eno1" (on hv01) [3:29]',
    ],
    [
      'passthru not alone',
      '{name: a, mode: passthru}, {name: b}',
      '2:21 error "b" shares the lower device "eno1" with "a", which is in passthru mode and must be alone on it (on hv01) [3:30]',
    ],
    [
      'a macvtap as lower',
      '{name: a}, {name: b, lower: a}',
      '3:42 error the lower device of "b" is "a", itself a declared macvtap (on hv01) [3:14]',
    ],
  ])('%s', (_, entries, expected) => expect(mistakes(play(`[${entries}]`))).toEqual([expected]));

  it('one MAC on two lowers is fine', () => {
    const text = play('[{name: a, mac: 52:54:00:00:00:01}, {name: b, lower: e1, mac: 52:54:00:00:00:01}]');
    expect(mistakes(text)).toEqual([]);
  });

  it.each([
    [2, 'hv0 and hv1'],
    [5, 'hv0, hv1, hv2 and 2 more'],
  ])('one written-out MAC on %d hosts is one warning', (count, list) => {
    const hosts = Object.fromEntries(Array.from({ length: count }, (_, n) => [`hv${n}`, {}]));
    expect(mistakes(play('[{name: a, mac: 52:54:00:00:00:01}]'), hosts)).toEqual([
      `3:29 warning the MAC 52:54:00:00:00:01 is declared on ${count} hosts: ${list}`,
    ]);
  });
});

describe('hosts, owners and batches', () => {
  it('gives manifests in inventory order inside the limit', () => {
    const hosts = { b: {}, a: {}, c: {} };
    const { manifests } = resolveText('- hosts: c,a,b\n  macvtaps: []\n', hosts, new Set(['a', 'b']));
    expect(manifests.map((one) => one.host)).toEqual(['b', 'a']);
  });

  it('runs a host in the batches of the first play that names it', () => {
    const text =
      '- {hosts: a, serial: [1, "50%"], max_fail_percentage: 10, macvtaps: []}\n- {hosts: "a,b", macvtaps: []}\n';
    const { runs } = resolveText(text, { a: {}, b: {} });
    expect(
      runs.map(({ hosts, matched, serial, maxFailPercentage }) => ({
        hosts,
        matched,
        serial,
        maxFailPercentage,
      })),
    ).toEqual([
      { hosts: ['a'], matched: ['a'], serial: [{ count: 1 }, { percent: 50 }], maxFailPercentage: 10 },
      { hosts: ['b'], matched: ['a', 'b'], serial: [], maxFailPercentage: undefined },
    ]);
  });

  it('throttles by the value of a variable, which every host must have', () => {
    const play = '- {hosts: all, throttle_by: {var: rack, limit: 2}, macvtaps: [], vars: {dc: x}}\n';
    const rack = { rack: '{{ dc }}1' };
    const { runs, diagnostics } = resolveText(play, { a: rack, b: { rack: 'x1' }, c: { rack: 7 } });
    expect(diagnostics).toEqual([]);
    expect(runs[0]?.throttle).toEqual({
      limit: 2,
      groupOf: new Map([
        ['a', '"x1"'],
        ['b', '"x1"'],
        ['c', '7'],
      ]),
    });
    expect(resolveText(play, { a: rack, b: {}, c: { rack: '{{ nothing }}' } }).diagnostics).toMatchObject([
      { summary: 'throttle_by names the variable "rack", which "b", "c" do not have' },
    ]);
  });

  it.each([
    ['', '', ['default']],
    ['prune: none', '', []],
    ['owner: a', 'owner: b', ['a', 'b']],
    ['owner: a, prune: none', 'owner: a', []],
    ['owner: a', 'owner: a, prune: none', []],
    ['owner: "{{ who }}"', 'owner: "{{ who }}"', ['net']],
  ])('prunes an owner where all its plays say so: %s / %s', (first, second, expected) => {
    const [one, two] = [first, second].map((keys) => `- {hosts: all, macvtaps: []${keys && `, ${keys}`}}\n`);
    const { manifests } = resolveText(`${one}${two}`, { hv01: { who: 'net' } });
    expect(manifests[0]?.pruneOwners).toEqual(expected);
  });

  it('warns where one play of an owner keeps another from pruning, at the play that does', () => {
    const text = `- {hosts: all, macvtaps: []}
- hosts: hv01,hv02
  prune: none
  macvtaps: []
- {hosts: all, macvtaps: [], owner: other}
`;
    const { diagnostics } = resolveText(text, { hv01: {}, hv02: {}, hv03: {} });
    expect(lines(diagnostics)).toEqual([
      '3:10 warning "prune: none" keeps every play of the owner "default" from deleting (on hv01 and 1 more host) [1:3]',
    ]);
  });

  it.each([
    '- {hosts: all, macvtaps: [], prune: none}\n- {hosts: all, macvtaps: [], prune: none}\n',
    '- {hosts: hv01, macvtaps: [], prune: none}\n- {hosts: hv02, macvtaps: []}\n',
    '- {hosts: all, macvtaps: [], prune: none}\n- {hosts: all, macvtaps: [], owner: other}\n',
  ])('does not warn where nobody is kept from it', (text) => {
    expect(mistakes(text, { hv01: {}, hv02: {} })).toEqual([]);
  });

  it('says where a file of patterns belongs', () => {
    const { diagnostics } = resolveText('- {hosts: "hv01,@rack.txt", macvtaps: []}\n');
    expect(diagnostics).toMatchObject([
      { severity: 'warning', hint: 'a file of patterns belongs to --limit: --limit @FILE' },
    ]);
    expect(resolveText('- {hosts: "hv01,nobody", macvtaps: []}\n').diagnostics[0]?.hint).toBeUndefined();
  });

  it('becomes root where any play asks', () => {
    const { manifests } = resolveText(
      '- {hosts: all, macvtaps: []}\n- {hosts: all, macvtaps: [], become: true}\n',
    );
    expect(manifests[0]?.become).toBe(true);
  });

  it('evaluates hosts with the play’s variables', () => {
    const { manifests } = resolveText('- {hosts: "{{ where }}", vars: {where: b}, macvtaps: []}\n', {
      a: {},
      b: {},
    });
    expect(manifests.map((one) => one.host)).toEqual(['b']);
  });
});
