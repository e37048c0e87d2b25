import { describe, expect, it } from 'vitest';
import type { Group, Host, Inventory } from '../../../src/model/inventory.ts';
import type { Json } from '../../../src/model/json.ts';
import { renderGraph, renderHost, renderList } from '../../../src/render/inventory-text.ts';

const variables = (values: Record<string, Json>) =>
  new Map(Object.entries(values).map(([name, value]) => [name, { value }]));

function inventory(): Inventory {
  const host = (name: string, groups: string[], vars: Record<string, Json> = {}): [string, Host] => [
    name,
    { name, groups, vars: variables(vars) },
  ];
  const group = (
    name: string,
    ownHosts: string[],
    hosts = ownHosts,
    children: string[] = [],
  ): [string, Group] => [name, { name, children, hosts, ownHosts, vars: new Map() }];
  return {
    hosts: new Map([
      host('lone', []),
      host('hv01', ['kvm', 'rack_a'], {
        uplink: 'eno1',
        ansible_host: '192.0.2.1',
        ansible_password: 'hunter2',
      }),
      host('hv02', ['kvm', 'rack_b'], { list: ['{{ x }}', 2] }),
    ]),
    groups: new Map([
      group('all', ['lone'], ['lone', 'hv01', 'hv02'], ['ungrouped', 'kvm']),
      group('ungrouped', ['lone']),
      group('kvm', [], ['hv01', 'hv02'], ['rack_a', 'rack_b']),
      group('rack_a', ['hv01']),
      group('rack_b', ['hv02']),
    ]),
  };
}

describe('renderGraph', () => {
  it('draws as ansible-inventory does', () => {
    expect(renderGraph(inventory())).toBe(
      [
        '@all:',
        '  |--@ungrouped:',
        '  |  |--lone',
        '  |--@kvm:',
        '  |  |--@rack_a:',
        '  |  |  |--hv01',
        '  |  |--@rack_b:',
        '  |  |  |--hv02',
        '',
      ].join('\n'),
    );
  });

  it('begins at a group', () => {
    expect(renderGraph(inventory(), { group: 'rack_b' })).toBe('@rack_b:\n  |--hv02\n');
    expect(renderGraph(inventory(), { group: 'nowhere' })).toBe('');
  });

  it('draws only the hosts that were chosen, and their groups', () => {
    expect(renderGraph(inventory(), { hosts: new Set(['hv01']) })).toBe(
      '@all:\n  |--@kvm:\n  |  |--@rack_a:\n  |  |  |--hv01\n',
    );
  });

  it('finds groups that no other group names, and ends where groups contain each other', () => {
    const looped = (name: string, child: string): [string, Group] => [
      name,
      { name, children: [child], hosts: [], ownHosts: [], vars: new Map() },
    ];
    const groups = new Map([
      ...inventory().groups,
      ['all', { name: 'all', children: [], hosts: [], ownHosts: [], vars: new Map() }] as const,
      looped('a', 'b'),
      looped('b', 'a'),
    ]);
    expect(renderGraph({ hosts: new Map(), groups })).toContain('  |--@kvm:\n');
    expect(renderGraph({ hosts: new Map(), groups }, { group: 'a' })).toBe('@a:\n  |--@b:\n');
  });
});

describe('renderList', () => {
  it('has the shape of ansible-inventory --list', () => {
    expect(JSON.parse(renderList(inventory()))).toEqual({
      _meta: {
        hostvars: {
          hv01: { ansible_host: '192.0.2.1', ansible_password: '********', uplink: 'eno1' },
          hv02: { list: ['{{ x }}', 2] },
        },
      },
      all: { children: ['ungrouped', 'kvm'] },
      ungrouped: { hosts: ['lone'] },
      kvm: { children: ['rack_a', 'rack_b'] },
      rack_a: { hosts: ['hv01'] },
      rack_b: { hosts: ['hv02'] },
    });
  });

  it('keeps to the hosts that were chosen', () => {
    expect(JSON.parse(renderList(inventory(), { hosts: new Set(['hv02']) }))).toEqual({
      _meta: { hostvars: { hv02: { list: ['{{ x }}', 2] } } },
      all: { children: ['kvm'] },
      kvm: { children: ['rack_b'] },
      rack_b: { hosts: ['hv02'] },
    });
  });
});

describe('renderHost', () => {
  it('is the variables of one host, sorted, without its password', () => {
    expect(renderHost(inventory(), 'hv01')).toBe(
      '{\n  "ansible_host": "192.0.2.1",\n  "ansible_password": "********",\n  "uplink": "eno1"\n}\n',
    );
    expect(renderHost(inventory(), 'lone')).toBe('{}\n');
    expect(renderHost(inventory(), 'nobody')).toBeUndefined();
  });
});
