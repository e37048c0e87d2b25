import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { valueHider } from '../../../src/render/hide-secrets.ts';
import { yamlText } from '../../../src/render/yaml-text.ts';

describe('yamlText', () => {
  it('writes plain data plainly, keys in their order', () => {
    expect(yamlText({ b: { mac: '52:54:00:10:00:0a', list: [1, true, null] }, a: [] })).toBe(
      'b:\n  mac: 52:54:00:10:00:0a\n  list:\n    - 1\n    - true\n    - null\na: []\n',
    );
  });

  it.each([
    '52:54:00:10:00:01',
    'on',
    'n',
    '0b11',
    '1_000',
    '1:30',
    '2020-01-01',
    '2020-1-1T1:02:03.',
    '<<',
    '=',
  ])('quotes %j, which YAML 1.1 takes for no text, as value and as key', (text) => {
    expect(yamlText({ [text]: text })).toBe(`"${text}": "${text}"\n`);
  });

  it.each(['true', '007', '1e3', '', ' x', 'a: b', '- x', '# x', '~', '12:30:45', 'no', '{{ x }}'])(
    'reads back the text %j as text',
    (text) => {
      expect(parse(yamlText({ text }))).toEqual({ text });
    },
  );

  it.each(['\x1b[2J', 'a\nb: c\n', '\u202ex', '\x9b', '\u200b', '\u{e0041}', '\0', 'a\u2028b', '\ufeff'])(
    'escapes %j as value and as key, and reads it back',
    (text) => {
      const written = yamlText({ [text]: [text] });
      expect(written).toMatch(/^[\x20-\x7e\n]*$/);
      expect(parse(written)).toEqual({ [text]: [text] });
    },
  );

  it('neither folds long texts nor makes anchors of repeated values', () => {
    const shared = { text: 'word '.repeat(60).trim() };
    expect(yamlText({ a: shared, b: shared }).split('\n')).toHaveLength(5);
    expect(yamlText({ a: shared, b: shared })).not.toContain('&');
  });
});

it('what a mask begins or fills is still YAML, numbers and keys too', () => {
  const hide = valueHider(['geheim', '4711']);
  const value = { a: 'geheim-x', b: ['geheim'], c: 'x geheim', d: 4711, e: 47_110, geheim: 1 };
  expect(parse(yamlText(value, hide))).toEqual({
    a: '********-x',
    b: ['********'],
    c: 'x ********',
    d: '********',
    e: 47_110,
    '********': 1,
  });
});
