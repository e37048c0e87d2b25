import { expect, it } from 'vitest';
import { firstBadByte } from '../../../src/files/bad-byte.ts';

const bytes = (latin1: string) => Buffer.from(latin1, 'latin1');

it.each([
  ['caf\xe9', { line: 1, column: 4, byte: 0xe9 }],
  ['a\nb: \xff\n\xfe', { line: 2, column: 4, byte: 0xff }],
  ['\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 \x80', { line: 1, column: 6, byte: 0x80 }],
  ['cut short: \xe2\x82', { line: 1, column: 12, byte: 0xe2 }],
  ['cut short: \xe2\x82\n', { line: 1, column: 12, byte: 0xe2 }],
  ['too long: \xc0\xaf', { line: 1, column: 11, byte: 0xc0 }],
  ['half a pair: \xed\xa0\x80', { line: 1, column: 14, byte: 0xed }],
  ['\xff\xfea\0', { line: 1, column: 1, byte: 0xff }],
])('%j', (latin1, found) => expect(firstBadByte(bytes(latin1))).toEqual(found));

it.each(['', 'a\n', 'é€😀', '\uFFFD'])('%j is UTF-8', (text) =>
  expect(firstBadByte(Buffer.from(text))).toBeUndefined(),
);
