import { describe, expect, it } from 'vitest';
import { lines, resolveText } from './mistakes.ts';

function mistakes(macvtaps: string): string[] {
  return lines(resolveText(`- hosts: all\n  defaults: {lower: e0}\n  macvtaps: ${macvtaps}\n`).diagnostics);
}

const as = (template: string) => JSON.stringify([{ name: 'a', alias: template }]);

describe('a hostile playbook', () => {
  it.each([
    [
      'nested loops',
      `{{ 1 }}${'{% for a in range(9999) %}'.repeat(3)}x${'{% endfor %}'.repeat(3)}`,
      /computes too long/,
    ],
    ['a sum without end', '{{ ([1] * 1000000000) | sum }}', /makes more than 4 million/],
    ['a list too large', "{{ (['a'] * 1000000000) | tojson }}", /makes more than 4 million/],
    ['a text too large', "{{ 'a' * 1000000000 }}", /makes more than 4 million/],
    ['a constructor', "{{ x.constructor.constructor('return process')() }}", /undefined variable "x"/],
    ['a constructor of text', "{{ ''.constructor.constructor('return 1')() }}", /fails|undefined/],
    ['a prototype', '{{ {}.__proto__.polluted }}', /undefined value/],
    ['__proto__', '{{ __proto__ }}', /undefined variable "__proto__"/],
    ['an include', "{% include '/etc/passwd' %}", /fails/],
    ['an import', "{% import '/etc/passwd' as p %}", /fails/],
    ['a call', "{{ lookup('pipe', 'id') }}", /fails/],
    ['a deep expression', `{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`, /nested too deeply/],
    ['many signs', `{{ ${'-'.repeat(30_000)}1 }}`, /nested too deeply/],
    ['deep blocks', `${'{% if 1 %}'.repeat(3000)}${'{% endif %}'.repeat(3000)}`, /nested too deeply/],
    [
      'macros that call themselves',
      '{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}',
      /too deeply/,
    ],
    [
      'a list in itself, many times',
      '{% set n = namespace(a=[]) %}{% for i in range(20000) %}{% set n.a = [n.a] %}{% endfor %}{{ n.a }}',
      /nested too deeply|computes too long/,
    ],
    [
      'a list doubled',
      '{% set n = namespace(a=[1]) %}{% for i in range(99) %}{% set n.a = n.a + n.a %}{% endfor %}',
      /makes more than 4 million/,
    ],
    [
      'a text doubled by a filter',
      "{% set n = namespace(a='x') %}{% for i in range(99) %}{% set n.a = [n.a, n.a] | join %}{% endfor %}",
      /makes more than 4 million/,
    ],
    ['a wide format', "{{ '%999999999d' % 1 }}", /wider than/],
    ['a wide text', "{{ 'x'.ljust(999999999) }}", /makes more than 4 million/],
    ['names in a format', "{{ ('%(' * 900000) | format(1) }}", /fails|computes too long/],
    [
      'searches of a large text',
      "{% set t = 'x' * 1000000 %}{% for i in range(9999) %}{{ t.partition('y')[1] }}{% endfor %}",
      /computes too long/,
    ],
    [
      'parts of a large text',
      "{% set t = 'x' * 1000000 %}{% for i in range(9999) %}{{ '%.1s' | format(t) }}{% endfor %}",
      /computes too long/,
    ],
    [
      'a large text of itself',
      "{% set t = 'x' * 3000000 %}{% for i in range(9999) %}{% if t ~ '' == t ~ '' %}{% endif %}{% endfor %}",
      /more than 4 million/,
    ],
    ['a huge number', '{{ 9 ** 9 ** 9 }}', /larger than 2\^53/],
    ['a replacement that grows', "{{ ('a' * 9999).replace('a', 'b' * 9999) }}", /makes more than 4 million/],
    ['a comparison of large lists', '{{ ([0] * 400000) == ([0] * 400000) }}', /computes too long/],
    ['a sort of a large list', '{{ range(300000) | sort }}', /computes too long/],
  ])('%s is refused in one message', (_, template, expected) => {
    const found = mistakes(as(template));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^3:(?:34|14) error /);
    expect(found[0]).toMatch(expected);
    expect(found[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it('cannot put control characters into a message', () => {
    const found = mistakes(as('{{ "\u009b31m\u202e" ~ nothing }}'));
    expect(found.join('')).toContain('undefined variable "nothing"');
    expect(found.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });
});
