import { beforeEach, describe, expect, it, vi } from 'vitest';

// A stopped engine stays stopped for the process: each case gets modules of its own.
beforeEach(() => vi.resetModules());

async function mistakes(macvtaps: string): Promise<string[]> {
  const { lines, resolveText } = await import('./mistakes.ts');
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
    ['a sum without end', '{{ ([1] * 1000000000) | sum }}', /ran longer than|computes too long/],
    ['a list too large', "{{ (['a'] * 1000000000) | tojson }}", /more than 64 MiB/],
    ['a text too large', "{{ 'a' * 1000000000 }}", /more than 64 MiB|fails/],
    ['a constructor', "{{ x.constructor.constructor('return process')() }}", /undefined variable "x"/],
    ['a constructor of text', "{{ ''.constructor.constructor('return 1')() }}", /fails|undefined/],
    ['a prototype', '{{ {}.__proto__.polluted }}', /undefined value/],
    ['__proto__', '{{ __proto__ }}', /undefined variable "__proto__"/],
    ['an include', "{% include '/etc/passwd' %}", /fails/],
    ['an import', "{% import '/etc/passwd' as p %}", /fails/],
    ['a call', "{{ lookup('pipe', 'id') }}", /fails/],
  ])(
    '%s is refused in one message',
    async (_, template, expected) => {
      const found = await mistakes(as(template));
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(/^3:(?:34|14) error /);
      expect(found[0]).toMatch(expected);
      expect(found[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    },
    20_000,
  );

  it('cannot put control characters into a message', async () => {
    const found = await mistakes(as('{{ "\u009b31m\u202e" ~ nothing }}'));
    expect(found.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });
});
