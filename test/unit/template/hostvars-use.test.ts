/** Which hosts and variables a template may ask for. */
import { describe, expect, it } from 'vitest';
import { hostvarsUse } from '../../../src/template/hostvars-use.ts';

describe('hosts', () => {
  it.each<[string, Partial<ReturnType<typeof hostvarsUse>>]>([
    ['{{ hostvars.a.x }}', { named: ['a'], subscripts: [], more: 'none' }],
    ["{{ hostvars['a.b'].x }}", { named: ['a.b'], subscripts: [], more: 'none' }],
    ['{{ hostvars[peer].x }}', { named: [], subscripts: ['peer'], more: 'none' }],
    ["{{ hostvars['h' ~ n].x }}", { subscripts: ["'h' ~ n"], more: 'none' }],
    ['{{ hostvars[hostvars[a].b].c }}', { subscripts: ['hostvars[a].b', 'a'], more: 'none' }],
    ['{% if hostvars[a].b %}{% endif %}', { subscripts: ['a'], more: 'none' }],
    ['{% for h in web %}{{ hostvars[h].x }}{% endfor %}', { subscripts: [], more: 'values' }],
    ["{% for n in web %}{{ hostvars['h' ~ n].x }}{% endfor %}", { more: 'any' }],
    ['{%- set h = "h" + n %}{{ hostvars[h].x }}', { more: 'any' }],
    ['{% set h = n | upper %}{{ hostvars[h].x }}', { more: 'any' }],
    ['{% set h = n.split("-")[0] %}{{ hostvars[h].x }}', { more: 'any' }],
    ['{{ hostvars.keys() }}', { more: 'any' }],
    ['{{ hostvars | length }}', { more: 'any' }],
    ["{{ hostvars.get('a') }}", { more: 'values' }],
    ["{{ a.hostvars.b }} {{ 'hostvars.c' }}", { named: [], more: 'none' }],
    [`{{ ${'hostvars['.repeat(9)}a${']'.repeat(9)} }}`, { subscripts: [], more: 'values' }],
  ])('%s', (text, expected) => expect(hostvarsUse(text, 'template')).toMatchObject(expected));
});

describe('variables', () => {
  it.each<[string, string[], string]>([
    ['{{ hostvars.a.x }}', ['a', 'x'], 'none'],
    ['{{ hostvars[groups.web[0]].x }}', ['web', 'x'], 'none'],
    ["{{ hostvars.a['x-y'] }}", ['a', 'x-y'], 'none'],
    ["{{ hostvars.values() | map(attribute='x.y') }}", ['values', 'x.y', 'x'], 'none'],
    ['{{ hostvars.a[v] }}', ['a'], 'values'],
    ["{{ hostvars.a['x' ~ n] }}", ['a', 'x'], 'any'],
    ['{{ hostvars.a.get(v) }}', ['a', 'get'], 'values'],
    ['{{ hostvars.a | attr(v) }}', ['a'], 'values'],
  ])('%s', (text, words, moreWords) => {
    expect(hostvarsUse(text, 'template')).toMatchObject({ words, moreWords });
  });
});

it('reads the deepest brackets that fit into a template', () => {
  const text = `{{ hostvars${'['.repeat(30_000)} }}`;
  expect(hostvarsUse(text, 'template').more).toBe('none');
});
