import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/model/json.ts';
import {
  evaluate,
  evaluateExpression,
  evaluateString,
  lazyLookup,
  TemplateError,
} from '../../../src/template/evaluate.ts';

const VARS: Record<string, Json> = {
  n: 7,
  list: [1, 2],
  text: 'abc',
  flag: true,
  map: { a: { b: 1 } },
  none: null,
};
const lookup = (name: string) => (Object.hasOwn(VARS, name) ? VARS[name] : undefined);

describe('the type of what a template gives', () => {
  it.each([
    ['plain', 'plain'],
    ['{{ n }}', 7],
    [' {{ n }} ', 7],
    ['{{ n + 1 }}', 8],
    ['{{ list }}', [1, 2]],
    ['{{ map.a }}', { b: 1 }],
    ['{{ flag }}', true],
    ['{{ none }}', null],
    ['{{ text }}', 'abc'],
    ['x{{ n }}', 'x7'],
    ['{{ n }}{{ n }}', '77'],
    ['{% if flag %}yes{% endif %}', 'yes'],
    ['{{ missing | default(3) }}', 3],
    ["{{ text | upper | replace('A', 'x') }}", 'xBC'],
    ["{{ 'a,b'.split(',') }}", ['a', 'b']],
    ['{% raw %}{{ n }}{% endraw %}', '{{ n }}'],
  ])('%s', (text, expected) => expect(evaluateString(text, lookup)).toEqual(expected));

  it('evaluates inside lists and maps and leaves the rest', () => {
    expect(evaluate({ a: ['{{ n }}', 1], b: null }, lookup)).toEqual({ a: [7, 1], b: null });
  });

  it.each([
    ['n == 7', true],
    ["text in ['abc']", true],
    ['missing is defined', false],
    ['flag', true],
    ['list | length > 2', false],
  ])('the expression %s', (text, expected) => expect(evaluateExpression(text, lookup)).toBe(expected));

  it('gives the same text its own result for other values', () => {
    const results = [1, 2, '1'].map((item) => evaluateString('g{{ item }}/{{ item is string }}', () => item));
    expect(results).toEqual(['g1/False', 'g2/False', 'g1/True']);
  });
});

describe('templates that are refused', () => {
  it.each([
    ['{{ missing }}', /^undefined variable "missing" in "missing"$/],
    ['a{{ missing.deep }}', /undefined variable "missing"/],
    ['{{ map.zz }}', /undefined value/],
    ['{{ map.zz.b }}', /undefined value/],
    ['{{ n | nosuch }}', /filter nosuch is unknown/],
    [`{{ lookup('env', 'USER') }}`, / fails: lookup\(\) of Ansible is not supported$/],
    ['{{ n +', /fails: syntax error/],
    ['{{ range(0, 100000000) | list }}x', /fails|computes too long|more than/],
    ['{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}', /computes too long/],
  ])('%s', (text, expected) => {
    expect(() => evaluateString(text, lookup)).toThrow(TemplateError);
    expect(() => evaluateString(text, lookup)).toThrow(expected);
  });
});

it.each(['match', 'regex_replace', 'search'])('says why there are no patterns: %s', (name) => {
  expect(() => evaluateString(`{{ text | ${name}('a') }}`, lookup)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('match for ever') }),
  );
});

it('refuses a template longer than any honest one', () => {
  expect(() => evaluateString(`{{ n }}${'x'.repeat(65_536)}`, lookup)).toThrow(
    /longer than 65536 characters/,
  );
});

describe('variables that hold templates', () => {
  it('evaluates them on first use', () => {
    const raw: Record<string, Json> = { a: '{{ b }}', b: '{{ 3 }}' };
    expect(
      evaluateString(
        '{{ a }}',
        lazyLookup((name) => raw[name]),
      ),
    ).toBe(3);
  });

  it.each([
    ['itself', { a: '{{ a }}' }],
    ['a circle', { a: '{{ b }}', b: '{{ a }}' }],
  ])('refuses one that refers to %s', (_, raw: Record<string, Json>) => {
    expect(() =>
      evaluateString(
        '{{ a }}',
        lazyLookup((name) => raw[name]),
      ),
    ).toThrow(/refers to itself/);
  });

  it('lets extra values win', () => {
    expect(
      evaluateString(
        '{{ item }}',
        lazyLookup(() => 'raw', { item: 5 }),
      ),
    ).toBe(5);
  });
});

describe('an attribute with the name of the variable it is in', () => {
  const raw: Record<string, Json> = {
    other: { x: 3, length: 2, item: 9 },
    x: '{{ other.x }}',
    length: '{{ other | length }}',
    default: "{{ nothing | default('d') }}",
    defined: '{{ other is defined }}',
    text: 'text {{ other.text | default(1) }}',
    quoted: "{{ other['x'] ~ 'quoted' }}",
  };

  it.each<[string, Json]>([
    ['x', 3],
    ['length', 3],
    ['default', 'd'],
    ['defined', true],
    ['text', 'text 1'],
    ['quoted', '3quoted'],
  ])('is no circle: %s', (name, expected) => {
    expect(lazyLookup((one) => raw[one])(name)).toEqual(expected);
  });
});

describe('a template over what all hosts share', () => {
  const groups = { web: ['a', 'b'] };
  const text = '{{ x }} {% for h in groups.web %}{{ h }}{% if y is defined %}{{ y }}{% endif %}{% endfor %}';
  const ask = (own: Record<string, Json>) => {
    const asked: string[] = [];
    const value = evaluateString(text, (name) => {
      asked.push(name);
      return { groups, ...own }[name];
    });
    return { value, asked };
  };

  it('is evaluated once for hosts with the same values, and again for others', () => {
    expect(ask({ x: 1 }).value).toBe('1 ab');
    // Each is looked up once where the last result still holds.
    expect(ask({ x: 1 })).toEqual({ value: '1 ab', asked: ['x', 'groups', 'y'] });
    expect(ask({ x: 2 }).value).toBe('2 ab');
    expect(ask({ x: 2, y: '!' }).value).toBe('2 a!b!');
    expect(ask({ x: 2, groups: { web: ['c'] } }).value).toBe('2 c');
  });
});
