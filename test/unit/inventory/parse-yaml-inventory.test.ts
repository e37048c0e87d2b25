import { describe, expect, it } from 'vitest';
import { inventoryOf, read, shown } from './inventory-from-text.ts';

const hostsOf = (text: string | string[]) => [...inventoryOf(text).hosts.keys()];
const varOf = (text: string | string[], host: string, name: string) =>
  inventoryOf(text).hosts.get(host)?.vars.get(name)?.value;

describe('a YAML inventory', () => {
  it('reads hosts, children and variables of nested groups', () => {
    const inventory = inventoryOf(
      'all:\n  hosts: {lone: }\n  children:\n    rack_a:\n      hosts:\n        hv[01:02]: {uplink: eno1}\n      vars: {site: muc}\n',
    );
    expect([...inventory.hosts.keys()]).toEqual(['lone', 'hv01', 'hv02']);
    expect([...inventory.groups.keys()]).toEqual(['all', 'ungrouped', 'rack_a']);
    expect(inventory.groups.get('rack_a')?.hosts).toEqual(['hv01', 'hv02']);
    expect(inventory.groups.get('ungrouped')?.hosts).toEqual(['lone']);
    expect(inventory.groups.get('all')?.children).toEqual(['ungrouped', 'rack_a']);
    expect(inventory.hosts.get('hv02')?.groups).toEqual(['rack_a']);
    expect(inventory.hosts.get('lone')?.groups).toEqual(['ungrouped']);
    expect(inventory.hosts.get('hv01')?.vars.get('uplink')).toEqual({
      value: 'eno1',
      where: { file: 'one.yml', line: 6, column: 21 },
    });
    expect(inventory.hosts.get('hv01')?.vars.get('site')?.value).toBe('muc');
    expect(inventory.hosts.get('hv01')?.source).toBe('one.yml');
  });

  it.each([
    ['a top-level group beside all', 'web: {hosts: {a: }}', ['a']],
    ['an empty group', 'web:\n', []],
    ['a single host as text', 'web: {hosts: a}', ['a']],
    ['a single child as text', 'web: {children: db}\ndb: {hosts: {a: }}', ['a']],
    ['JSON', '{"all": {"hosts": {"a": {}, "b": null}}}', ['a', 'b']],
    ['names of numbers', 'all: {hosts: {10: }}', ['10']],
    [
      'hosts of a parent before those of its children',
      'p: {children: {c: {hosts: {x: }}}, hosts: {y: }}',
      ['y', 'x'],
    ],
    ['level by level', 'p: {children: {c: {children: {g: {hosts: {x: }}}}, d: {hosts: {y: }}}}', ['y', 'x']],
    ['ungrouped hosts before groups', 'g: {hosts: {x: }}\nungrouped: {hosts: {y: }}', ['y', 'x']],
    ['a hostile name', 'all: {hosts: {__proto__: {x: 1}, constructor: }}', ['__proto__', 'constructor']],
  ])('accepts %s', (_title, text, hosts) => {
    expect(hostsOf(text)).toEqual(hosts);
  });

  it('keeps a hostile key of a variable harmless', () => {
    const text = 'all: {hosts: {a: {v: {__proto__: {polluted: 1}}, __proto__: 2}}}';
    expect(varOf(text, 'a', '__proto__')).toBe(2);
    expect(Object.hasOwn(varOf(text, 'a', 'v') as object, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('takes a port from the name for a new host only, and a variable over it', () => {
    const text = 'a: {hosts: {h1:22: , "h2:23": {ansible_port: 24}}}\nb: {hosts: {"h1:99": }}';
    expect(varOf(text, 'h1', 'ansible_port')).toBe(22);
    expect(varOf(text, 'h2', 'ansible_port')).toBe(24);
  });

  it('takes a host out of ungrouped that a later source groups', () => {
    const inventory = inventoryOf(['ungrouped: {hosts: {a: , b: }}', 'web: {hosts: {a: }}']);
    expect(inventory.groups.get('ungrouped')?.hosts).toEqual(['b']);
    expect(inventory.hosts.get('a')?.groups).toEqual(['web']);
  });

  it('keeps !unsafe text from the template engine', () => {
    expect(varOf("all: {hosts: {a: {v: !unsafe '{{ x }}'}}}", 'a', 'v')).toEqual({
      __ansible_unsafe: '{{ x }}',
    });
    expect(varOf('all: {hosts: {a: {v: !unsafe plain}}}', 'a', 'v')).toBe('plain');
  });
});

describe('precedence', () => {
  it.each([
    ['variables of all reach every host', 'all: {vars: {v: 1}}\ng: {hosts: {h: }}', 1],
    ['a group wins over all', 'all: {vars: {v: 1}}\ng: {hosts: {h: }, vars: {v: 2}}', 2],
    ['a child wins over its parent', 'p: {children: {c: {hosts: {h: }, vars: {v: 1}}}, vars: {v: 2}}', 1],
    ['a host wins over its group', 'g: {hosts: {h: {v: 1}}, vars: {v: 2}}', 1],
    [
      'the last in the alphabet wins among equals',
      'b: {hosts: {h: }, vars: {v: 1}}\na: {hosts: {h: }, vars: {v: 2}}',
      1,
    ],
    [
      'priority wins over the alphabet',
      'b: {hosts: {h: }, vars: {v: 1}}\na: {hosts: {h: }, vars: {v: 2, ansible_group_priority: 5}}',
      2,
    ],
    [
      'depth wins over priority',
      'p: {children: {c: {hosts: {h: }, vars: {v: 1}}}}\nz: {hosts: {h: }, vars: {v: 2, ansible_group_priority: 9}}',
      1,
    ],
    [
      'depth is the longest way down',
      'a: {children: {b: {children: {c: {hosts: {h: }, vars: {v: 1}}}}}}\nz: {children: {y: {hosts: {h: }, vars: {v: 2}}}}\n',
      1,
    ],
    ['a map is replaced whole', 'all: {vars: {v: {a: 1}}}\ng: {hosts: {h: }, vars: {v: {b: 2}}}', { b: 2 }],
    ['null is a value', 'all: {vars: {v: 1}}\ng: {hosts: {h: }, vars: {v: null}}', null],
  ])('%s', (_title, text, value) => {
    expect(varOf(text, 'h', 'v')).toEqual(value);
  });

  it('a later source wins', () => {
    expect(varOf(['all: {hosts: {h: {v: 1, w: 1}}}', 'all: {hosts: {h: {v: 2}}}'], 'h', 'v')).toBe(2);
    expect(varOf(['all: {hosts: {h: {v: 1, w: 1}}}', 'all: {hosts: {h: {v: 2}}}'], 'h', 'w')).toBe(1);
  });
});

describe('mistakes', () => {
  it.each([
    ['a list at the top', '- a\n', 'one.yml:1:1 error an inventory is a map of groups, not a list'],
    [
      'a plugin configuration',
      'plugin: aws\n',
      'one.yml:1:1 error this file configures the inventory plugin "aws", which is not supported',
    ],
    ['a group that is text', 'web: x\n', 'one.yml:1:6 error the group "web" is the value "x", not a map'],
    ['a group that is a list', 'web: [a]\n', 'one.yml:1:6 error the group "web" is a list, not a map'],
    ['a group without a name', '"": {}\n', 'one.yml:1:1 error "" is not a name for a group'],
    [
      'hosts as a list',
      'web:\n  hosts:\n    - a\n',
      'one.yml:3:5 error "hosts" of the group "web" is a list, not a map',
    ],
    [
      'vars as text',
      'web: {vars: x}\n',
      'one.yml:1:13 error "vars" of the group "web" is the value "x", not a map',
    ],
    [
      'a host that is text',
      'web: {hosts: {a: x}}\n',
      'one.yml:1:18 error the host "a" is the value "x", not a map of variables',
    ],
    [
      'a slip of the pen',
      'web: {host: {a: }}\n',
      'one.yml:1:7 error "host" means nothing in the group "web"',
    ],
    [
      'an unknown key',
      'web: {comment: {a: }}\n',
      'one.yml:1:7 warning "comment" means nothing in the group "web"',
    ],
    [
      'a bad range',
      'web: {hosts: {"a[1:": }}\n',
      'one.yml:1:15 error the host name "a[1:" has a [ without its ]',
    ],
    ['its own child', 'web: {children: {web: }}\n', 'one.yml:1:18 error the group "web" is its own child'],
    [
      'all as a child',
      'web: {children: {all: }}\n',
      'one.yml:1:18 error "all" is a child of the group "web", but it holds every group',
    ],
    [
      'a priority that is no number',
      'web: {vars: {ansible_group_priority: x}}\n',
      'one.yml:1:38 error ansible_group_priority of the group "web" is "x", not a number',
    ],
    [
      'a group that is a host too',
      'web: {hosts: {web: }}\n',
      'one.yml:1:1 warning "web" is the name of a group and of a host',
    ],
    ['broken YAML', 'web: {hosts\n', 'one.yml:2:1 error not valid YAML'],
  ])('%s', (_title, text, expected) => {
    expect(shown(read(text).diagnostics)).toEqual([expect.stringContaining(expected)]);
  });

  it('names the nearest key', () => {
    expect(read('web: {childern: {}}').diagnostics[0]?.hint).toBe('did you mean "children"?');
  });

  it('breaks a circle, reports where it closes, and goes on', () => {
    const { inventory, diagnostics } = read(
      'a: {children: {b: }}\nb: {children: {c: }}\nc: {hosts: {h: }, children: {a: }}',
    );
    expect(shown(diagnostics)).toEqual([
      'one.yml:3:30 error the group "a" is a child of "c", which is below "a" itself',
    ]);
    expect(inventory.groups.get('a')?.hosts).toEqual(['h']);
  });

  it('collects every mistake of a file', () => {
    expect(read('a: x\nb: {hosts: [1]}\nc: {host: {}}\n').diagnostics).toHaveLength(3);
  });

  it('refuses groups in groups in groups without end', () => {
    const text = Array.from({ length: 70 }, (_, i) => `g${i}: {children: {g${i + 1}: }}`).join('\n');
    expect(shown(read(text).diagnostics)).toEqual([expect.stringContaining('nested deeper than 64 levels')]);
  });

  it('stops at too many hosts', () => {
    const { diagnostics } = read('all: {hosts: {"a[1:60000]": , "b[1:60000]": }}');
    expect(shown(diagnostics)).toEqual([expect.stringContaining('names more than 100000 hosts')]);
  });

  it('works out the hosts of large groups only when asked', () => {
    const many = Array.from({ length: 3000 }, (_, i) => `g${i}: {children: {big: }}`).join('\n');
    const { inventory } = read(`big: {hosts: {"h[1:50000]": }}\n${many}`);
    expect(inventory.groups.get('g7')?.hosts).toHaveLength(50_000);
  });
});
