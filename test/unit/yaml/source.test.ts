import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { entryOf, MAX_YAML_BYTES, parseYaml, type SourceMap, toPlain } from '../../../src/yaml/source.ts';

function plain(text: string) {
  const { root, diagnostics } = parseYaml(text, 'a.yml');
  expect(diagnostics).toEqual([]);
  return root && toPlain(root);
}

/** `line:column summary` of the one mistake. */
function mistake(text: string): string {
  const { root, diagnostics } = parseYaml(text, 'a.yml');
  expect(root).toBeUndefined();
  expect(diagnostics).toHaveLength(1);
  const [one] = diagnostics;
  return told(one);
}

function told(one: Diagnostic | undefined): string {
  return `${one?.where?.line}:${one?.where?.column} ${one?.summary}`;
}

describe('values as Ansible’s authors mean them', () => {
  it.each([
    ['mac: 52:54:00:10:00:01', { mac: '52:54:00:10:00:01' }],
    ['mac: 52:54:00:10:00:59', { mac: '52:54:00:10:00:59' }],
    ['a: 12:30:45', { a: '12:30:45' }],
    ['[yes, no, on, off, True, FALSE]', [true, false, true, false, true, false]],
    ['["yes", y, n]', ['yes', 'y', 'n']],
    ['[1500, 0x10, 1.5, ~, null]', [1500, 16, 1.5, null, null]],
    ['base: &b {a: 1, b: 2}\nc: {<<: *b, b: 3}', { base: { a: 1, b: 2 }, c: { a: 1, b: 3 } }],
    ['x: &x [1]\ny: *x', { x: [1], y: [1] }],
    ['{<<: {a: 1, b: 1}, <<: {a: 2}}', { a: 2, b: 1 }],
    ['{<<: [{a: 1}, {a: 2, b: 2}]}', { a: 1, b: 2 }],
    ['', undefined],
  ])('%s', (text, expected) => expect(plain(text)).toEqual(expected));

  it('takes __proto__ as a key like any other', () => {
    const value = plain('__proto__: {polluted: 1}') as object;
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('remembers where keys and values stand', () => {
    const { root } = parseYaml('a: 1\nb:\n  - x\n  - mac: zz\n', 'a.yml');
    const b = entryOf(root as SourceMap, 'b');
    expect(b?.keyWhere).toEqual({ file: 'a.yml', line: 2, column: 1 });
    const second = b?.value.kind === 'list' ? b.value.items[1] : undefined;
    expect(second?.where).toEqual({ file: 'a.yml', line: 4, column: 5 });
    expect(second?.kind === 'map' && second.entries[0]?.value.where).toEqual({
      file: 'a.yml',
      line: 4,
      column: 10,
    });
  });

  it('keeps tags', () => {
    const { root } = parseYaml('a: !vault x', 'a.yml');
    const a = entryOf(root as SourceMap, 'a')?.value;
    expect(a?.kind === 'scalar' && a.tag).toBe('!vault');
  });
});

describe('an alias', () => {
  it.each([
    ['means the last anchor of its name before it', '[&a 1, *a, &a 2, *a, &a 3]', [1, 1, 2, 2, 3]],
    ['means one in a key', '{&a x: 1, y: *a}', { x: 1, y: 'x' }],
    ['means a map with an anchor of the same name in it', '[&a {b: 1}, *a]', [{ b: 1 }, { b: 1 }]],
    ['means the inner one behind both', '[&a [&a 1, 2], *a]', [[1, 2], 1]],
    ['may be a key', '[&a x, {*a : 1}]', ['x', { x: 1 }]],
  ])('%s', (_, text, expected) => expect(plain(text)).toEqual(expected));

  it('means an anchor in what cannot be read, too', () => {
    const { root } = parseYaml('{a: !x [&b 1], c: *b}', 'a.yml');
    expect(root && toPlain(root)).toEqual({ a: null, c: 1 });
  });

  it('of what it is in itself is refused', () => {
    expect(mistake('a: &a [*a]')).toMatch(/nested deeper than 64 levels/);
  });
});

describe('work grows with a text, not with its square', () => {
  // What was quadratic took minutes to hours for each.
  const many = (count: number, unit: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => unit(i));

  it('with many aliases', { timeout: 60_000 }, () => {
    const { root } = parseYaml(`[&a 1, ${many(30_000, () => '*a').join()}]`, 'a.yml');
    expect(root?.kind === 'list' && root.items.length).toBe(30_001);
  });

  it('with many keys', { timeout: 60_000 }, () => {
    const { root } = parseYaml(`{${many(60_000, (i) => `k${i}: 1`).join()}}`, 'a.yml');
    expect(root?.kind === 'map' && root.entries.length).toBe(60_000);
  });

  it('with one key many times', { timeout: 60_000 }, () => {
    const text = many(20_000, (i) => `k: [${i}, x]\n`).join('');
    const { root, diagnostics } = parseYaml(text, 'a.yml', { repeatedKeys: 'error' });
    expect(diagnostics).toHaveLength(19_999);
    const { value } = entryOf(root as SourceMap, 'k') ?? {};
    expect(value?.kind === 'list' && value.items.length).toBe(40_000);
  });

  it('with many unknown tags', { timeout: 60_000 }, () => {
    const { diagnostics, unread } = parseYaml(`[${many(20_000, () => '!x 1').join()}]`, 'a.yml');
    expect([diagnostics.length, unread.length]).toEqual([20_000, 20_000]);
    expect(unread.at(-1)?.column).toBe(2 + 19_999 * 5);
  });

  it('with many documents, of which the second is the last that is read', { timeout: 60_000 }, () => {
    expect(mistake(`[${many(50_000, () => '1').join()}]\n${'---\n'.repeat(50_000)}`)).toMatch(
      /more than one/,
    );
  });
});

describe('a key that comes twice', () => {
  const text = 'a: {x: 1}\nb: &b {k: 1, k: 2}\nc: *b\na: {y: 2}\n';
  const both = (repeatedKeys: 'warning' | 'error') =>
    parseYaml(text, 'a.yml', { repeatedKeys }).diagnostics.map(({ severity, summary, where, related }) => {
      const [second, first] = [where, related?.where].map((at) => `${at?.line}:${at?.column}`);
      return `${severity} ${second} ${summary} [${related?.note} ${first}]`;
    });

  it('has its last value, at the place of its first, as in Ansible', () => {
    const { root } = parseYaml(text, 'a.yml');
    expect(JSON.stringify(root && toPlain(root))).toBe('{"a":{"y":2},"b":{"k":2},"c":{"k":2}}');
  });

  it.each(['warning', 'error'] as const)('is told once, with both places, as %s', (severity) => {
    expect(both(severity)).toEqual([
      `${severity} 2:14 the key "k" comes twice in one map [the first 2:8]`,
      `${severity} 4:1 the key "a" comes twice in one map [the first 1:1]`,
    ]);
  });

  it('has all that it was given, where it is an error', () => {
    const text = '{a: 0, a: [1], a: [2], b: [1], b: {x: 1}, b: {x: 2, y: 3}, b: {z: 4}, c: {x: 1}, c: 5}';
    const { root } = parseYaml(text, 'a.yml', { repeatedKeys: 'error' });
    expect(root && toPlain(root)).toEqual({ a: [1, 2], b: { x: 2, y: 3, z: 4 }, c: 5 });
  });

  it('is not one that a merged map has too', () => {
    expect(Object.entries(plain('{b: 1, <<: {a: 2, b: 2}, c: 3}') as object)).toEqual([
      ['a', 2],
      ['b', 1],
      ['c', 3],
    ]);
  });
});

describe('what cannot be read is left out, and the rest is read', () => {
  it.each([
    ['an unquoted template', 'a: {{ x }}\nb: 1', '1:4 a value begins with {{', { a: null, b: 1 }],
    ['one in a list', '{a: [{{ x }}, 2], b: 1}', '1:6 a value begins', { a: [null, 2], b: 1 }],
    ['one as a key', '{{ x }}: 2\nb: 1', '1:1 a value begins', { b: 1 }],
    ['an alias', 'a: *x\nb: 1', '1:4 an alias names no anchor', { a: null, b: 1 }],
    ['an unknown tag', 'a: !x y\nb: 1', '1:4 not valid YAML: an unknown tag', { a: null, b: 1 }],
    ['one of a list', 'a: !x\n  - y\nb: 1', '1:4 not valid YAML: an unknown tag', { a: null, b: 1 }],
    ['a merge of text', 'a: {<<: x, y: 1}\nb: 1', '1:9 << merges only maps', { a: null, b: 1 }],
    ['a merge of nothing', 'a: {<<: *x}\nb: 1', '1:9 an alias names no anchor', { a: null, b: 1 }],
    ['a map as a key', '? {a: 1}\n: 2\nb: 1', '1:3 a key of this map is not a plain word', { b: 1 }],
  ])('%s', (_, text, expected, rest) => {
    const { root, diagnostics } = parseYaml(text, 'a.yml');
    expect(diagnostics.map(told)).toEqual([expect.stringContaining(expected)]);
    expect(root && toPlain(root)).toEqual(rest);
  });

  it.each(['{{ x }}', '*x', '!x y'])('nothing is left of %s', (text) => {
    expect(mistake(text)).toMatch(/^1:1 /);
  });
});

describe('of syntax errors the first is told, with what helps', () => {
  it.each([
    [
      "- {a: groups['all'] | length}\n- {b: c, d: e}\n",
      '1:13 Unexpected flow-seq-start',
      'inside { } and [ ]',
    ],
    ['- {a: {{ b }}-c}\n', '1:14 Unexpected scalar', 'inside { } and [ ]'],
    ['- {a: x | y: z}\n', '1:7 Block collections', 'inside { } and [ ]'],
    ['- a: [b\n  c: d\n', '2:3 Flow sequence', 'close each bracket'],
    ['a: {{ b }}c\nd: {{ e }}f\n', '1:11 Unexpected scalar', 'begins with {{ needs quotes'],
    ['a: b: c\nd: @e\n', '1:4 Nested mappings', 'holds ": " needs quotes'],
    ['- a: b\n\tc: d\n', '2:2 Unexpected scalar', 'never tabs'],
    ['a: @b\n', '1:4 Plain value cannot start', 'begins with this sign'],
    ['a: "b\nc: d\n', '3:1 Missing closing', 'never closed'],
    ['a: b\nc\nd: e\n', '2:1 Implicit map keys', 'followed by a colon'],
    ['a: "b"c\n', '1:7 Unexpected scalar', 'round all of it'],
  ])('%j', (text, expected, hint) => {
    const { diagnostics } = parseYaml(text, 'a.yml');
    expect(diagnostics.map(told)).toEqual([
      expect.stringContaining(expected.replace(' ', ' not valid YAML: ')),
    ]);
    expect(diagnostics[0]?.hint).toContain(hint);
  });
});

describe('files that are refused', () => {
  it('signs that part no values are not counted', { timeout: 60_000 }, () => {
    const mac = '52:54:00:10:00:01-?';
    expect(plain(`a: "${mac.repeat(150_000)}"`)).toEqual({ a: mac.repeat(150_000) });
  });

  const bomb = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]']
    .concat(
      Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(',')}]`),
    )
    .join('\n');

  it.each([
    ['an alias bomb', bomb, /expand to too much data/],
    ['100,000 open brackets', '['.repeat(100_000), /^1:1 values are nested deeper than 64 levels/],
    ['100,000 levels of dashes', '- '.repeat(100_000), /^1:1 values are nested deeper/],
    ['levels just past the limit', `${'['.repeat(70)}${']'.repeat(70)}`, /nested deeper than 64/],
    ['a text above 8 MiB', 'x'.repeat(MAX_YAML_BYTES + 1), /^1:1 the file is larger than 8 MiB/],
    ['items above a million', `a: [1${',1'.repeat(1_000_001)}]`, /^1:1 the file holds more than a million/],
    ['keys above a million', 'a:\n'.repeat(1_000_002), /^1000001:1 the file holds more than a million/],
    ['empty lists above a million', `a: [${'[]'.repeat(1_000_001)}]`, /holds more than a million/],
    ['keys of JSON', `{"a":[${'{"b":1},'.repeat(350_000)}1]}`, /holds more than a million/],
    ['two documents', 'a: 1\n---\nb: 2\n', /more than one YAML document/],
  ])('%s', (_, text, expected) => expect(mistake(text)).toMatch(expected));
});
