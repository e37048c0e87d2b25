/** What Ansible makes of a whole INI file is compared in test/integration; here: positions, mistakes, bounds. */
import { describe, expect, it } from 'vitest';
import { readIni, shown } from './inventory-from-text.ts';

describe('an INI inventory', () => {
  it('reads sections, ranges, ports, variables and comments', () => {
    const { inventory, diagnostics } = readIni(
      [
        '; a comment',
        'lone ansible_host=10.0.0.1 note="two words" # a comment',
        '[web]',
        '  hv[01:02]:2222 vlan=7 up=True tags="[1, 2]"',
        '[web:vars]',
        'site = "muc"',
        'mtu = 9000',
        '[racks:children]',
        'web',
        'db',
        '[db]',
        'hv03',
      ].join('\n'),
    );
    expect(diagnostics).toEqual([]);
    expect([...inventory.hosts.keys()]).toEqual(['lone', 'hv01', 'hv02', 'hv03']);
    expect(inventory.groups.get('racks')?.children).toEqual(['web', 'db']);
    const vars = inventory.hosts.get('hv02')?.vars;
    expect(Object.fromEntries([...(vars ?? [])].map(([name, { value }]) => [name, value]))).toEqual({
      ansible_port: 2222,
      vlan: 7,
      up: true,
      tags: [1, 2],
      site: 'muc',
      mtu: 9000,
    });
    expect(vars?.get('vlan')?.where).toEqual({ file: 'hosts', line: 4, column: 18 });
    expect(vars?.get('site')?.where).toEqual({ file: 'hosts', line: 6, column: 1 });
    expect(inventory.hosts.get('lone')?.vars.get('note')?.value).toBe('two words');
    expect(inventory.hosts.get('lone')?.source).toBe('hosts');
  });

  it.each([
    ['a section with spaces', '[my group]\nhv01\n', ['hosts:1:1 error "[my group]" is no section']],
    [
      'an unknown kind of section',
      '[web:host]\nhv01\n',
      ['hosts:1:1 error the section [web:host] is of no kind that there is'],
    ],
    [
      'a quote that is never closed',
      '[web]\n  hv01 a="b\n',
      ['hosts:2:3 error the line of a host has a quote that is never closed'],
    ],
    ['a word that is no variable', 'hv01 up\n', ['hosts:1:6 error "up" is no variable of a host']],
    [
      'variables without =',
      '[web]\n[web:vars]\nmtu: 9000\n',
      ['hosts:3:1 error "mtu: 9000" is no variable of a group'],
    ],
    [
      'variables of a group that is not there',
      '[wbe:vars]\na=1\n',
      ['hosts:1:1 error the section [wbe:vars] is of the group "wbe", which is not declared'],
    ],
    [
      'a child that is not there',
      '[racks:children]\nwbe\n',
      ['hosts:2:1 error the section [racks:children] names the group "wbe", which is not declared'],
    ],
    ['a range without its end', 'hv[01:\n', ['hosts:1:1 error the host name "hv[01:" has a [ without its ]']],
    ['a colon without a port', 'all:\n', ['hosts:1:1 error the host name "all:" ends in a colon']],
    [
      'every mistake at once',
      '[web]\nhv01 up\nhv[3:1]\n',
      [
        'hosts:2:6 error "up" is no variable of a host',
        'hosts:3:1 error the host name "hv[3:1]" has the range [3:1], which runs backwards',
      ],
    ],
  ])('%s', (_title, text, expected) => {
    expect(shown(readIni(text).diagnostics)).toEqual(expected);
  });

  it('reads a hundred thousand lines at once', () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, n) => `h${n} a="[[[[[[[[" b='((((' c=x${'#'.repeat(3)}`,
    );
    expect(readIni(lines.join('\n')).inventory.hosts.size).toBe(100_000);
  });
});

describe('an INI inventory of a stranger', () => {
  it('is told ten mistakes of a line', () => {
    const { diagnostics } = readIni(`h1 x=1${' y'.repeat(50)}\nh2 z`);
    expect(shown(diagnostics)).toHaveLength(11);
    expect(shown(diagnostics).at(-1)).toBe('hosts:2:4 error "z" is no variable of a host');
  });

  it('cannot make its ranges stand for too much', () => {
    const variables = `h[1:50000]${' a=1'.repeat(37)}`;
    const { diagnostics, inventory } = readIni(`[g]\n${variables}\nh[1:50000]\nh[1:50000]\nh[1:50000]\nh0`);
    expect(shown(diagnostics)).toEqual([
      'hosts:5:1 error the ranges of the inventory stand for too many hosts and variables together',
    ]);
    expect(inventory.hosts.size).toBe(50_000);
  });

  it('is told once that it names too many hosts', () => {
    const { diagnostics } = readIni('a[1:60000]\nb[1:60000]\nc[1:60000]\nd');
    expect(shown(diagnostics)).toEqual(['hosts:2:1 error the inventory names more than 100000 hosts']);
  });
});
