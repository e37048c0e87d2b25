import { describe, expect, it } from 'vitest';
import { counted, valueText } from '../../../src/render/value-text.ts';
import { MAC_A, MAC_B } from './builders.ts';

describe('valueText', () => {
  it.each([
    ['a word', 'eno1', 'eno1'],
    ['a VLAN name', 'bond0.12', 'bond0.12'],
    ['a lower device elsewhere', '@if7', '@if7'],
    ['a number', 1500, '1500'],
    ['a boolean', false, 'false'],
    ['an empty text', '', '(none)'],
    ['a text that looks like our own word', '(none)', '"(none)"'],
    ['spaces', 'db server', '"db server"'],
    ['quotes and backslashes', 'a"b\\', '"a\\"b\\\\"'],
    ['an arrow', 'a → b', '"a → b"'],
    ['a control character', 'a\x1b', '"a\\x1b"'],
    ['a letter without a shape', 'a\u3164', '"a\\u3164"'],
    ['an empty list', [], '(none)'],
    ['a list', [MAC_A, MAC_B], `${MAC_A}, ${MAC_B}`],
  ])('%s', (_, value, expected) => {
    expect(valueText(value)).toBe(expected);
  });
});

describe('counted', () => {
  it('knows one from many', () => {
    expect([counted(1, 'host'), counted(0, 'host'), counted(2, 'address', 'addresses')]).toEqual([
      '1 host',
      '0 hosts',
      '2 addresses',
    ]);
  });
});
