/** Values that stay in the sandbox: what comes out is the same, and there is no end of them. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/model/json.ts';
import { engine } from '../../../src/template/sandbox.ts';
import { renderShared, share, sharedId } from '../../../src/template/shared.ts';

const groups = () => share({ web: ['a', 'b'] });

describe('a template gives the same whether its values are copied or stay', () => {
  it.each([
    ['{{ g.web[0] }}', 'a'],
    ['  {%- for one in g.web %}{{ one }}{{ loop.index }}{% endfor %}', 'a1b2'],
    ['\n{{ g.web | length }}\n', '\n2'],
    ['{% macro m() %}{{ g.web[1] }}{% endmacro %}{{ m() }}', 'b'],
    ['{% set g = 7 %}{{ g }}', '7'],
    ['{% for g in g.web %}{{ g }}{% endfor %}', 'ab'],
    ['{{ g is defined }}{{ own }}', 'true5'],
  ])('%j', (template, expected) => {
    const context = { g: groups(), own: 5 };
    const times = [1, 2, 3].map(() => renderShared(engine(), template, context));
    expect(times).toEqual([expected, expected, expected]);
  });
});

it('tells shared values apart, and from all others', () => {
  const [one, other] = [groups(), groups()];
  expect(sharedId(one)).toBe(sharedId(share(one)));
  expect(sharedId(one)).not.toBe(sharedId(other));
  expect([{ web: [] }, 'text', 1, null].map((value: Json) => sharedId(value))).toEqual(
    Array(4).fill(undefined),
  );
});

it('keeps no more than the sandbox has room for', () => {
  for (let n = 0; n < 40; n++) {
    const value = share({ text: `${n}${'x'.repeat(4_000_000)}` });
    for (let time = 0; time < 3; time++) {
      expect(renderShared(engine(), '{{ v.text[:2] }}', { v: value })).toBe(`${n}x`.slice(0, 2));
    }
  }
});
