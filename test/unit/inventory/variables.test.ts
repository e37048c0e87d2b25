import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostLookup, variablePosition } from '../../../src/inventory/variables.ts';
import type { Host } from '../../../src/model/inventory.ts';
import type { Json } from '../../../src/model/json.ts';
import { evaluate, TemplateError } from '../../../src/template/evaluate.ts';
import { inventoryOf } from './inventory-from-text.ts';

const inventory = inventoryOf(
  'web: {hosts: {hv1.example: {v: inventory, u: "{{ v }}-{{ inventory_hostname_short }}", x: "{{ x }}", groups: mine}, 10.0.0.1: }}\nb: {hosts: {hv1.example: }}',
);
const host = (name: string) => inventory.hosts.get(name) as Host;
const playVars = new Map([['v', { value: 'play' }]]);
const extraVars = new Map([
  ['v', { value: 'extra' }],
  ['inventory_hostname', { value: 'forged' }],
  ['nothing', { value: null }],
]);

describe('hostLookup', () => {
  const lookup = hostLookup({ inventory, host: host('hv1.example') });

  it.each<[string, string, Json | undefined]>([
    ['inventory_hostname', 'inventory_hostname', 'hv1.example'],
    ['inventory_hostname_short', 'inventory_hostname_short', 'hv1'],
    ['group_names are sorted', 'group_names', ['b', 'web']],
    [
      'groups',
      'groups',
      {
        all: ['hv1.example', '10.0.0.1'],
        ungrouped: [],
        web: ['hv1.example', '10.0.0.1'],
        b: ['hv1.example'],
      },
    ],
    ['inventory_file', 'inventory_file', resolve('one.yml')],
    ['inventory_dir', 'inventory_dir', resolve('.')],
    ['a template in a variable', 'u', 'inventory-hv1'],
    ['an unknown variable', 'nothing', undefined],
    ['what every object has', 'constructor', undefined],
  ])('%s', (_title, name, value) => {
    expect(lookup(name)).toEqual(value);
  });

  it('knows the folder of the playbooks where there is one', () => {
    const one = host('hv1.example');
    expect(hostLookup({ inventory, host: one, playbookDir: '/p' })('playbook_dir')).toBe('/p');
    expect(lookup('playbook_dir')).toBeUndefined();
  });

  it('play variables win over the inventory, -e over both', () => {
    expect(hostLookup({ inventory, host: host('hv1.example'), playVars })('v')).toBe('play');
    expect(hostLookup({ inventory, host: host('hv1.example'), playVars, extraVars })('v')).toBe('extra');
    expect(hostLookup({ inventory, host: host('hv1.example'), playVars, extraVars })('u')).toBe('extra-hv1');
  });

  it('nothing wins over a magic variable', () => {
    expect(hostLookup({ inventory, host: host('hv1.example'), extraVars })('inventory_hostname')).toBe(
      'hv1.example',
    );
  });

  it('null from -e is a value', () => {
    expect(hostLookup({ inventory, host: host('10.0.0.1'), extraVars })('nothing')).toBeNull();
  });

  it('an address has no short form', () => {
    expect(hostLookup({ inventory, host: host('10.0.0.1') })('inventory_hostname_short')).toBe('10.0.0.1');
  });

  it('groups are one object for all hosts', () => {
    const other = hostLookup({ inventory, host: host('10.0.0.1') });
    expect(other('groups')).toBe(lookup('groups'));
  });

  it('a circle is a TemplateError', () => {
    expect(() => lookup('x')).toThrow(TemplateError);
  });
});

describe('variablePosition', () => {
  it('is where the inventory names the variable', () => {
    expect(variablePosition(host('hv1.example'), 'v')).toEqual({ file: 'one.yml', line: 1, column: 29 });
    expect(variablePosition(host('hv1.example'), 'nothing')).toBeUndefined();
  });

  it('is on the command line where -e wins', () => {
    const where = { file: '--extra-vars', line: 1, column: 2 };
    const extra = new Map([['v', { value: 1, where }]]);
    expect(variablePosition(host('hv1.example'), 'v', extra)).toEqual(where);
  });
});

describe('hostvars', () => {
  const fleet = inventoryOf(
    [
      'all:',
      '  hosts:',
      '    hv1: {addr: "10.0.0.{{ n }}", n: 1, peer: hv2, circle: "{{ hostvars.hv2.circle }}"}',
      '    hv2: {addr: "10.0.0.{{ n }}", n: 2, peer: hv1, circle: "{{ hostvars.hv1.circle }}", web-a: x}',
      '    hv3.dc: {addr: 10.0.0.3, own: "{{ hostvars[inventory_hostname].addr }}"}',
      '  vars: {peer_addr: "{{ hostvars[peer].addr }}", hop: "{{ hostvars[hostvars[peer].peer].n }}"}',
      '',
    ].join('\n'),
  );
  const of = (name: string) => hostLookup({ inventory: fleet, host: fleet.hosts.get(name) as Host });

  it.each<[string, Json]>([
    ["{{ hostvars['hv2'].addr }}", '10.0.0.2'],
    ["{{ hostvars['hv2']['addr'] }}", '10.0.0.2'],
    ['{{ hostvars.hv2.n + 1 }}', 3],
    ["{{ hostvars['hv3.dc'].addr }}", '10.0.0.3'],
    ['{{ hostvars[peer].addr }}', '10.0.0.2'],
    ['{{ peer_addr }}', '10.0.0.2'],
    ['{{ hop }}', 1],
    ["{{ hostvars['hv3.dc'].own }}", '10.0.0.3'],
    ['{% for h in groups.all %}{{ hostvars[h].addr }} {% endfor %}', '10.0.0.1 10.0.0.2 10.0.0.3 '],
    ["{{ hostvars['hv2'].inventory_hostname }}", 'hv2'],
    ["{{ (hostvars['hv9'] | default({})).addr | default('none') }}", 'none'],
  ])('%s', (template, expected) => {
    expect(evaluate(template, of('hv1'))).toEqual(expected);
  });

  it.each([
    ["{{ hostvars['hv9'].addr }}", /undefined/],
    ["{{ hostvars['hv2'].nothing }}", /undefined/],
    ['{{ circle }}', /in a circle|refers to itself/],
  ])('%s is an error', (template, message) => {
    expect(() => evaluate(template, of('hv1'))).toThrow(message);
  });

  it('evaluates no host and no variable that the template does not name', () => {
    const broken = inventoryOf('all: {hosts: {a: {v: 1, w: "{{ nothing }}"}, b: {v: "{{ nothing }}"}}}');
    const lookup = hostLookup({ inventory: broken, host: broken.hosts.get('a') as Host });
    expect(evaluate("{{ hostvars['a'].v }}", lookup)).toBe(1);
  });
});

it('takes a variable from the host that has it, under its own name', () => {
  const fleet = inventoryOf(
    'all: {hosts: {h0: {x: 7}, h1: {}, h2: {}}, vars: {x: "{{ hostvars.h0.x }}", y: "{{ hostvars[\'h0\'].x }}"}}',
  );
  const lookup = hostLookup({ inventory: fleet, host: fleet.hosts.get('h1') as Host });
  expect([lookup('x'), lookup('y')]).toEqual([7, 7]);
});

it('leaves a text that is kept from templates as it is, and what uses it too', () => {
  const fleet = inventoryOf(
    `all: {hosts: {a: {u: !unsafe "{{ x }} {% endraw %}", l: [{__ansible_unsafe: "{{ y }}"}], v: "<{{ u }}>"}}}`,
  );
  const lookup = hostLookup({ inventory: fleet, host: fleet.hosts.get('a') as Host });
  expect(['u', 'l', 'v'].map(lookup)).toEqual([
    '{{ x }} {% endraw %}',
    ['{{ y }}'],
    '<{{ x }} {% endraw %}>',
  ]);
});

it('shows no text of a variable that is named like a secret', () => {
  const fleet = inventoryOf(`all: {hosts: {a: {token: "a{% b9z", v: "{{ token }}", w: "{% c9z"}}}`);
  const lookup = hostLookup({ inventory: fleet, host: fleet.hosts.get('a') as Host });
  expect(() => lookup('v')).toThrow(/^it holds {{ or {%, and as a template it fails$/);
  expect(() => lookup('w')).toThrow(/c9z/);
});

describe('what is sealed', () => {
  const sealed = inventoryOf('all: {hosts: {a: {v: !vault "$ANSIBLE_VAULT;1.1;AES256\\n6162", w: 1}}}');
  const lookup = hostLookup({ inventory: sealed, host: sealed.hosts.get('a') as Host });

  it('hurts nobody who does not use it', () => {
    expect(lookup('w')).toBe(1);
  });

  it('is an error that names the variable and its place where it is used', () => {
    expect(() => lookup('v')).toThrow(
      'the variable "v" (one.yml:1) is damaged: what follows its first line is no text of Ansible Vault',
    );
  });
});
