/** Names that are variables, told from those that only look like one. */
import { describe, expect, it } from 'vitest';
import { type Form, namesIn } from '../../../src/template/names.ts';
import { engine } from '../../../src/template/sandbox.ts';

describe('the variables of', () => {
  it.each<[string, string[], Form?]>([
    ['{{ a }}', ['a']],
    ['{{ a.b.c }}', ['a']],
    ['{{ a . b }}', ['a']],
    ['{{ a[b].c[d.e] }}', ['a', 'b', 'd']],
    ["{{ a['b'] }}", ['a']],
    ['{{ a | b(c) | d }}', ['a', 'c']],
    ['{{ a is b }} {{ a is not b }} {{ not c }}', ['a', 'c']],
    ['{{ range(a) }}{{ dict(b=c) }}', ['a', 'c']],
    ['{{ a == b }}', ['a', 'b']],
    ['{% set a = b %}', ['set', 'b']],
    ['a b {{ c }} d', ['c']],
    ['{# a {{ b }} #}{{ c }}', ['c']],
    ['{% raw %}{{ a }}{% endraw %}{{ b }}', ['b']],
    ['{%- raw -%}{{ a }}{%- endraw -%}{{ b }}', ['b']],
    ['{{ "a }} b" ~ c }}', ['c']],
    ["{{ 'it\\'s a' ~ b }}", ['b']],
    ["{{ {'a': {'b': 1}} }}{{ c }}", ['c']],
    ['{{ 1.5e3 + a }}', ['a']],
    ['a.b + c', ['a', 'c'], 'expression'],
    ['a in ["}}", b]', ['a', 'b'], 'expression'],
    ['{{ a', ['a']],
    ["{{ 'a", []],
  ])('%s', (text, expected, form = 'template') => expect(namesIn(text, form)).toEqual(expected));
});

/** What the engine takes for code must be code here too, or a variable would be missing. */
it.each(["{{ {'a': {'b': 1}} }}{{ c }}", '{{ "a }} b" ~ c }}', '{# {{ b }} #}{{ c }}', "{{ 'it\\'s' ~ c }}"])(
  'the engine finds its variables with these names: %s',
  (text) => {
    expect(engine().renderStr(text, { c: 'found' })).toContain('found');
    expect(namesIn(text, 'template')).toEqual(['c']);
  },
);

it('takes no longer for a text made of quotes and backslashes', () => {
  const text = `{{ ${"'\\".repeat(30_000)} }}`;
  expect(namesIn(text, 'template')).toEqual([]);
});
