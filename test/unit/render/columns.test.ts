import { expect, it } from 'vitest';
import { alignColumns } from '../../../src/render/columns.ts';

const cells = (...texts: string[]) => texts.map((text) => ({ text }));

it('makes each column as wide as its widest cell, and no line longer than its text', () => {
  expect(alignColumns([cells('a', 'bbb', 'c'), cells('aaa', 'b', '')])).toEqual(['a    bbb  c', 'aaa  b']);
});

it('lets a very long cell stick out alone', () => {
  const long = 'x'.repeat(60);
  expect(alignColumns([cells('a', long, 'c'), cells('a', 'b', 'c')])).toEqual([`a  ${long}  c`, 'a  b  c']);
});

it('pads by what is seen, not by what paint adds', () => {
  const paint = (text: string) => `<${text}>`;
  expect(alignColumns([[{ text: 'a', paint }, { text: 'b' }], cells('aaa', 'b')])).toEqual([
    '<a>    b',
    'aaa  b',
  ]);
});
