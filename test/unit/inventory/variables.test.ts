import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostLookup, variablePosition } from '../../../src/inventory/variables.ts';
import type { Host } from '../../../src/model/inventory.ts';
import type { Json } from '../../../src/model/json.ts';
import { TemplateError } from '../../../src/template/evaluate.ts';
import { inventoryOf } from './inventory-from-text.ts';

const inventory = inventoryOf(
  'web: {hosts: {hv1.example: {v: inventory, u: "{{ v }}-{{ inventory_hostname_short }}", x: "{{ x }}", groups: mine}, 10.0.0.1: }}\nb: {hosts: {hv1.example: }}',
);
const host = (name: string) => inventory.hosts.get(name) as Host;
const playVars = new Map([['v', { value: 'play' }]]);
const extraVars = new Map<string, Json>([
  ['v', 'extra'],
  ['inventory_hostname', 'forged'],
  ['nothing', null],
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
});
