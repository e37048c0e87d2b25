import { describe, expect, it } from 'vitest';
import { printable } from '../../../src/render/printable.ts';

describe('printable', () => {
  it.each([
    ['plain ASCII', 'qemu-system-x86 ~ "x"', 'qemu-system-x86 ~ "x"'],
    ['letters of people', 'Gäste für Zürich 北', 'Gäste für Zürich 北'],
    ['an emoji', 'rack 🐧', 'rack 🐧'],
    ['newlines, returns, tabs', 'a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['an escape sequence', '\x1b[2J\x07', '\\x1b[2J\\x07'],
    ['NUL and DEL', '\0\x7f', '\\x00\\x7f'],
    ['C1, among them the one-byte CSI', '\x9b31m\x85', '\\x9b31m\\x85'],
    ['bidi controls', 'a\u202eb\u2066c\u061c', 'a\\u202eb\\u2066c\\u061c'],
    [
      'zero-width characters',
      'a\u200bb\u200dc\ufeffd\u00ade\u2060',
      'a\\u200bb\\u200dc\\ufeffd\\xade\\u2060',
    ],
    ['line separators', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['spaces that are no space', 'a\u00a0b\u3000', 'a\\xa0b\\u3000'],
    ['fillers and variation selectors', '\u3164\ufe0f', '\\u3164\\ufe0f'],
    ['tags', '\u{e0041}', '\\u{e0041}'],
    ['noncharacters that formats cannot say', 'a\ufffeb\uffff', 'a\\ufffeb\\uffff'],
    ['lone surrogates', 'a\ud800b\udc00', 'a\\ud800b\\udc00'],
  ])('%s', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('changes nothing the second time', () => {
    const once = printable('\x1b[31m\n\u202e');
    expect(printable(once)).toBe(once);
  });
});
