/** What `hostvars` holds where a template does not name its hosts and variables. */
import { describe, expect, it } from 'vitest';
import { hostLookup } from '../../../src/inventory/variables.ts';
import type { Host } from '../../../src/model/inventory.ts';
import type { Json } from '../../../src/model/json.ts';
import { evaluate } from '../../../src/template/evaluate.ts';
import { inventoryOf } from './inventory-from-text.ts';

const FLEET = inventoryOf(
  [
    'all:',
    '  vars: {names: [ip, gw], which: gw, prefix: hv, count: 3}',
    '  children:',
    '    web:',
    '      hosts:',
    '        hv1: {ip: 10.0.0.1, gw: 10.0.0.254, ip_1: one}',
    '        hv2: {ip: 10.0.0.2, gw: 10.0.0.253, ip_1: two, odd: "{{ nothing }}"}',
    '        hv3: {ip: 10.0.0.3, gw: 10.0.0.252, ip_1: three}',
    '',
  ].join('\n'),
);
const ask = (template: string, host = 'hv1'): Json =>
  evaluate(template, hostLookup({ inventory: FLEET, host: FLEET.hosts.get(host) as Host }));

describe('a name that is put together', () => {
  it.each<[string, Json]>([
    ["{{ hostvars['hv' ~ 2].ip }}", '10.0.0.2'],
    ['{{ hostvars[prefix ~ count].ip }}', '10.0.0.3'],
    ["{% for n in range(1, 4) %}{{ hostvars['hv' ~ n].ip }} {% endfor %}", '10.0.0.1 10.0.0.2 10.0.0.3 '],
    ["{% set h = 'hv' ~ 2 %}{{ hostvars[h].ip }}", '10.0.0.2'],
    ["{% set h = 'HV3' | lower %}{{ hostvars[h].ip }}", '10.0.0.3'],
    [
      "{% for n in [2, 9] %}{{ (hostvars['hv' ~ n] | default({})).ip | default('-') }} {% endfor %}",
      '10.0.0.2 - ',
    ],
    ['{% for h in groups.web %}{{ hostvars[h].ip }} {% endfor %}', '10.0.0.1 10.0.0.2 10.0.0.3 '],
    ['{{ hostvars.hv2[which] }}', '10.0.0.253'],
    ['{% for v in names %}{{ hostvars.hv3[v] }} {% endfor %}', '10.0.0.3 10.0.0.252 '],
    ["{{ hostvars.hv2['ip_' ~ 1] }}", 'two'],
    ["{% for n in [1, 3] %}{{ hostvars['hv' ~ n]['ip_' ~ 1] }} {% endfor %}", 'one three '],
    ["{{ hostvars.hv2['inventory_' ~ 'hostname'] }}", 'hv2'],
    ["{{ hostvars.values() | map(attribute='ip') | join(' ') }}", '10.0.0.1 10.0.0.2 10.0.0.3'],
    ["{{ groups.web | map('upper') | join(hostvars.hv1.ip) }}", 'HV110.0.0.1HV210.0.0.1HV3'],
  ])('%s', (template, expected) => {
    // A second and a third time it comes from what is remembered.
    expect([ask(template), ask(template, 'hv2'), ask(template, 'hv3')]).toEqual(Array(3).fill(expected));
  });
});

describe('what is missing', () => {
  it.each([
    ["{{ hostvars['hv' ~ 9].ip }}", /undefined value/],
    // hv2 has a variable that fails, and it is not to blame.
    [
      '{% for h in groups.web %}{{ typo }}{{ hostvars[h].odd | default(1) }}{% endfor %}',
      /undefined variable "typo" in/,
    ],
    ['{% for h in groups.web %}{{ hostvars[h].odd }}{% endfor %}', /undefined value \("odd" of a dict\)/],
    ['{{ hostvars.hv2.odd }}', /undefined variable "nothing"/],
    [
      '{% for h in groups.web %}{{ hostvars[h].other }}{% endfor %}',
      /^undefined value \("other" of a dict\) in/,
    ],
  ])('%s', (template, message) => expect(() => ask(template)).toThrow(message));

  it('is said where hosts look at each other in a circle', () => {
    const inventory = inventoryOf(
      "all:\n  hosts:\n    h1: {a: '{{ hostvars.h2.a }}'}\n    h2: {a: '{{ hostvars.h1.a }}'}\n",
    );
    const lookup = hostLookup({ inventory, host: inventory.hosts.get('h1') as Host });
    expect(() => evaluate('{{ a }}', lookup)).toThrow(/refers to itself, through hostvars of other hosts/);
  });
});

it('evaluates no variable but the one that is asked for', () => {
  const hosts = Array.from({ length: 600 }, (_, n) => `    h${n}: {}\n`).join('');
  const vars = Array.from({ length: 200 }, (_, n) => `    v${n}: "{{ ${n} }}"\n    w${n}: "{{ no }}"\n`).join(
    '',
  );
  const inventory = inventoryOf(`all:\n  vars:\n${vars}  hosts:\n${hosts}`);
  const lookup = hostLookup({ inventory, host: inventory.hosts.get('h0') as Host });
  const template = "{% for h in groups.all %}{{ hostvars[h]['v' ~ 1] }}{% endfor %}";
  expect(evaluate(template, lookup)).toBe('1'.repeat(600));
});

it('has this machine where it is only implied, but not among all', () => {
  const names = "{{ hostvars.localhost.inventory_hostname }} {{ hostvars | list | join(' ') }}";
  expect(ask(names)).toBe('localhost hv1 hv2 hv3');
  expect(ask("{{ hostvars | list | join(' ') }}")).toBe('hv1 hv2 hv3');
});
