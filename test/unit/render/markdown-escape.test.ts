import { expect, it } from 'vitest';
import { codeHtml, codeSpan, diffBlock } from '../../../src/render/markdown-escape.ts';

it.each([
  ['web0', '`web0`'],
  ['', '`""`'],
  ['a`b', '``a`b``'],
  ['`a', '`` `a ``'],
  [' a ', '`  a  `'],
  ['a\nb', '`a\\nb`'],
])('%j is inline code as %s', (text, code) => {
  expect(codeSpan(text)).toBe(code);
});

it('writes whatever could be a sign as a reference where HTML is read', () => {
  expect(codeHtml('kvm[1-2],a.b_c <&@`')).toBe('<code>kvm[1-2],a.b_c &#60;&#38;&#64;&#96;</code>');
});

it('closes a block by nothing that is in it', () => {
  expect(diffBlock(['+ a', '  ````'])).toBe('`````diff\n+ a\n  ````\n`````\n');
});
