/** What may be written under a play's `ignore`, what it comes to on each host, and which rules are warned of. */
import { describe, expect, it } from 'vitest';
import { idleOnHosts } from '../../../src/playbook/idle-ignore.ts';
import { parsePlaybook } from '../../../src/playbook/parse.ts';
import { observedOf, rawLink, rawTap } from '../../support/builders.ts';
import { lines, resolveText } from './mistakes.ts';

const MACVTAPS = 'macvtaps: [{name: web0, lower: eno1}]';

function rulesOf(text: string, hosts?: Parameters<typeof resolveText>[1]): unknown[] {
  return resolveText(text, hosts).manifests.map(({ ignore }) =>
    ignore.map(({ owner, interfaces, fields, where }) => [owner, interfaces, fields, where.line]),
  );
}

describe('rules as written', () => {
  const withIgnore = (text: string) =>
    lines(parsePlaybook(`- hosts: all\n  macvtaps: []\n  ignore: ${text}\n`, 'play.yml').diagnostics);
  it.each([
    ['right', '[{interfaces: "web*", fields: [mtu, state]}, {interfaces: [db0, "db[1-9]"]}]', []],
    ['none', '[]', []],
    ['templates', '["{{ rule }}", {interfaces: "{{ a }}", fields: ["{{ b }}"]}]', []],
    ['a template for all', '"{{ rules }}"', []],
    ['a map', '{interfaces: a}', ['3:11 error ignore is a map, not a list']],
    ['text', 'web0', ['3:11 error ignore is "web0", not a list']],
    ['a rule that is text', '[web0]', ['3:12 error an ignore rule is a map, not "web0"']],
    ['no interfaces', '[{fields: [mtu]}]', ['3:12 error the ignore rule names no interfaces']],
    ['no value', '[{interfaces: }]', ['3:25 error interfaces has no value']],
    ['an empty list of globs', '[{interfaces: []}]', ['3:25 error interfaces is an empty list']],
    [
      'a list with commas',
      '[{interfaces: ["web*", "a,b"]}]',
      ['3:34 error interfaces is "a,b", which no interface name can match'],
    ],
    ['an empty list of fields', '[{interfaces: a, fields: []}]', ['3:36 error fields is an empty list']],
    [
      'an unknown field',
      '[{interfaces: a, fields: [mtu, txqueuelne]}]',
      ['3:42 error fields names "txqueuelne", which is no field of a macvtap'],
    ],
    [
      'a key that is no state',
      '[{interfaces: a, fields: disruption}]',
      ['3:36 error disruption is nothing a host can differ in'],
    ],
    [
      'an unknown key',
      '[{interfaces: a, field: [mtu]}]',
      ['3:28 error unknown key "field" in an ignore rule'],
    ],
  ])('%s', (_, text, expected) => expect(withIgnore(text)).toEqual(expected));

  it.each([
    ['{interface: a}', 'did you mean interfaces?'],
    ['{interfaces: a, fields: [qeues]}', 'did you mean queues?'],
    ['{interfaces: a, fields: [colour]}', /^write some of lower, mode/],
  ])('%s suggests what is near', (rule, hint) => {
    const { diagnostics } = parsePlaybook(`- {hosts: all, macvtaps: [], ignore: [${rule}]}\n`, 'play.yml');
    expect(diagnostics[0]?.hint).toMatch(hint);
  });
});

describe('the rules of a host', () => {
  it('are those of all its plays, each for its owner', () => {
    const text =
      `- {hosts: all, ignore: [{interfaces: "web*", fields: mtu}], ${MACVTAPS}}\n` +
      `- {hosts: hv01, owner: b, ignore: [{interfaces: [a, "b?"]}], macvtaps: [{name: a, lower: eno1}]}\n`;
    expect(rulesOf(text, { hv01: {}, hv02: {} })).toEqual([
      [
        ['default', ['web*'], ['mtu'], 1],
        ['b', ['a', 'b?'], undefined, 2],
      ],
      [['default', ['web*'], ['mtu'], 1]],
    ]);
  });

  it('come from templates too: values, a rule, a list of rules', () => {
    const text = `- hosts: all\n  ignore: ["{{ more }}", {interfaces: "{{ globs }}", fields: ["{{ field }}", mtu]}]\n  ${MACVTAPS}\n`;
    const hosts = { hv01: { more: [{ interfaces: 'web0' }], globs: ['web*'], field: 'queues' } };
    expect(rulesOf(text, hosts)).toEqual([
      [
        ['default', ['web0'], undefined, 2],
        ['default', ['web*'], ['queues', 'mtu'], 2],
      ],
    ]);
    expect(rulesOf(`- {hosts: all, ignore: "{{ more }}", ${MACVTAPS}}\n`, { hv01: { more: [] } })).toEqual([
      [],
    ]);
  });

  it.each([
    ['[{interfaces: a, fields: "{{ x }}"}]', [], '1:51 error fields is an empty list'],
    [
      '[{interfaces: a, fields: ["{{ x }}"]}]',
      'mtuu',
      '1:52 error fields names "mtuu", which is no field of a macvtap',
    ],
    ['["{{ x }}"]', { interface: 'a' }, '1:27 error ignore gives a rule with the unknown key "interface"'],
    [
      '["{{ x }}"]',
      { fields: 'mtu' },
      '1:27 error ignore gives {"fields":"mtu"}, a rule that names no interfaces',
    ],
    ['"{{ x }}"', [3], '1:26 error ignore gives 3, not a rule'],
  ])('%s with %j is a mistake, and no rule at all', (ignore, x, expected) => {
    const text = `- {hosts: all, ignore:   ${ignore}, ${MACVTAPS}}\n`;
    const { diagnostics } = resolveText(text, { hv01: { x } });
    expect(lines(diagnostics)).toEqual([`${expected} (on hv01)`]);
    expect(rulesOf(text, { hv01: { x } })).toEqual([[]]);
  });
});

describe('a rule that matches nothing', () => {
  const warnings = (ignore: string, more = '') =>
    lines(
      resolveText(`- {hosts: all, ignore: [${ignore}], ${more}${MACVTAPS}}\n`, { hv01: {}, hv02: {} })
        .diagnostics,
    );
  const WARNING = '1:25 warning the ignore rule for "wbe*" matches no interface of any host';

  it('is warned of once, at its place, with what there is', () => {
    expect(warnings('{interfaces: "wbe*", fields: [mtu]}')).toEqual([WARNING]);
    const { diagnostics } = resolveText(
      `- {hosts: all, ignore: [{interfaces: x, fields: mtu}], ${MACVTAPS}}\n`,
    );
    expect(diagnostics[0]?.hint).toBe('the owner "default" has "web0"');
  });

  it('without fields may be for what no play declares, but where nothing of that is deleted', () => {
    expect(warnings('{interfaces: "wbe*"}')).toEqual([]);
    expect(warnings('{interfaces: "wbe*"}', 'prune: none, ')).toEqual([WARNING]);
  });

  it('on one host only is none', () => {
    const text = `- {hosts: all, ignore: [{interfaces: "{{ x }}", fields: mtu}], ${MACVTAPS}}\n`;
    expect(lines(resolveText(text, { hv01: { x: 'db0' }, hv02: { x: 'web?' } }).diagnostics)).toEqual([]);
  });

  it('is not judged where a limit leaves hosts out', () => {
    const text = `- {hosts: all, ignore: [{interfaces: x, fields: mtu}], ${MACVTAPS}}\n`;
    expect(lines(resolveText(text, { hv01: {}, hv02: {} }, new Set(['hv01'])).diagnostics)).toEqual([]);
  });

  it('of another owner matches nothing', () => {
    const text = `- {hosts: all, owner: b, ignore: [{interfaces: web0, fields: mtu}], macvtaps: []}\n- {hosts: all, ${MACVTAPS}}\n`;
    expect(lines(resolveText(text).diagnostics)).toEqual([
      '1:35 warning the ignore rule for "web0" matches no interface of any host',
    ]);
  });
});

describe('a rule for what no play declares, once the hosts were read', () => {
  const plan = (links: Parameters<typeof observedOf>[0], ignore: string) => {
    const { manifests } = resolveText(`- {hosts: all, ignore: [${ignore}], ${MACVTAPS}}\n`);
    return manifests.map((manifest) => ({ manifest, observed: observedOf([rawLink('eno1'), ...links]) }));
  };
  const owned = rawTap('old0', {}, { ifalias: 'tapfleet:1 owner=default' });

  it.each([
    ['one that matches what the owner has', [owned], '{interfaces: "old?"}', []],
    ['one that matches what is declared', [], '{interfaces: "web?"}', []],
    ['one that the playbook alone can judge', [], '{interfaces: "old?", fields: mtu}', []],
    [
      'one that matches nothing',
      [owned],
      '{interfaces: "odl?"}',
      ['1:25 warning the ignore rule for "odl?" matches no interface of any host'],
    ],
    [
      'one that matches a foreign interface',
      [rawTap('old0')],
      '{interfaces: "old0"}',
      ['1:25 warning the ignore rule for "old0" matches no interface of any host'],
    ],
  ])('%s', (_, links, ignore, expected) => {
    expect(lines(idleOnHosts(plan(links, ignore)))).toEqual(expected);
  });

  it('is told what the owner has', () => {
    expect(idleOnHosts(plan([owned], '{interfaces: x}'))[0]?.hint).toBe(
      'the owner "default" has "old0", "web0"',
    );
  });
});
