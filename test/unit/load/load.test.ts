/** What is said of files together: a value that could not be read makes no mistakes elsewhere, and each is told where it is. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionsOf, load } from '../../../src/load/load.ts';
import { Secret } from '../../../src/model/secret.ts';
import { Vault } from '../../../src/vault/vault.ts';
import { seal } from '../../support/seal.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The errors in the same form, of files that are given as latin-1. */
async function refusals(files: Readonly<Record<string, string>>, vault: Vault): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    const mode = name.endsWith('.sh') ? 0o755 : 0o644;
    await writeFile(join(folder, name), Buffer.from(text, 'latin1'), { mode });
  }
  const inventory = Object.keys(files).filter((name) => name.startsWith('hosts'));
  const { diagnostics } = await load([join(folder, 'site.yml')], {
    inventory: inventory.map((name) => join(folder, name)),
    vault,
  });
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ summary, where }) =>
      `${where?.file}:${where?.line}:${where?.column} ${summary}`.replaceAll(`${folder}/`, ''),
    );
}

/** `file:line:column summary` of every mistake of `site.yml` with `hosts.yml`. */
async function mistakes(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const { diagnostics } = await load([join(folder, 'site.yml')], { inventory: [join(folder, 'hosts.yml')] });
  return diagnostics.map(({ summary, where }) => {
    const file = where?.file.slice(folder.length + 1);
    return `${file}:${where?.line}:${where?.column} ${summary}`;
  });
}

it('a variable that YAML makes nothing of is told where it stands, and not where it is used', async () => {
  expect(
    await mistakes({
      'hosts.yml': 'all: {hosts: {a: {x: {{ y }}}, b: {x: 1}}}\n',
      'group_vars/all.yml': 'uplink: {{ nic }}\nlist: [1, {{ nic }}]\n',
      'site.yml': [
        '- hosts: all',
        '  vars: {z: {{ y }}}',
        '  defaults: {lower: "{{ uplink }}"}',
        '  macvtaps:',
        '    - {name: "a{{ x }}", mtu: "{{ z }}"}',
        '    - {name: b, loop: "{{ list }}"}',
        '    - {name: c, alias: "{{ hostvars.a.x }}"}',
        '    - {name: d, alias: "{{ nobody }}"}',
        '',
      ].join('\n'),
    }),
  ).toEqual([
    'group_vars/all.yml:1:9 a value begins with {{ and has no quotes: to YAML that is a map',
    'group_vars/all.yml:2:11 a value begins with {{ and has no quotes: to YAML that is a map',
    'hosts.yml:1:22 a value begins with {{ and has no quotes: to YAML that is a map',
    'site.yml:2:13 a value begins with {{ and has no quotes: to YAML that is a map',
    'site.yml:8:24 undefined variable "nobody" in "nobody" (on a and 1 more host)',
  ]);
});

it('a play whose vars are nothing is judged as far as it says things itself', async () => {
  expect(
    await mistakes({
      'hosts.yml': 'all: {hosts: {a: }}\n',
      'site.yml': '- hosts: all\n  vars: {{ x }}\n  macvtaps: [{name: "{{ x }}", lower: a, mtu: 1}]\n',
    }),
  ).toEqual([
    'site.yml:2:9 a value begins with {{ and has no quotes: to YAML that is a map',
    'site.yml:3:47 mtu 1 is out of range: 68 to 65535',
  ]);
});

it('what -e says of a connection is blamed on -e', async () => {
  await writeFile(join(folder, 'hosts.yml'), 'all: {hosts: {a: {ansible_port: 22, ansible_user: "-x"}}}\n');
  await writeFile(join(folder, 'site.yml'), '- {hosts: all, macvtaps: []}\n');
  await writeFile(join(folder, 'vars.yml'), '# mine\nansible_host: "{{ nobody }}"\n');
  const loaded = await load([join(folder, 'site.yml')], {
    inventory: [join(folder, 'hosts.yml')],
    extraVars: ['{"ansible_port": "abc"}', 'x=1 ansible_ssh_common_args=-W', `@${join(folder, 'vars.yml')}`],
  });
  const { diagnostics } = await connectionsOf(loaded, loaded.manifests, { sshConfig: 'none' });
  const said = diagnostics.map(({ summary, where }) => [
    summary.split(' of the host ', 1)[0],
    `${where?.file.replace(`${folder}/`, '')}:${where?.line}:${where?.column}`,
  ]);
  expect(Object.fromEntries(said)).toEqual({
    ansible_port: '--extra-vars:1:2',
    ansible_ssh_common_args: '--extra-vars:1:5',
    ansible_host: 'vars.yml:2:1',
    ansible_user: 'hosts.yml:1:37',
  });
});

describe('what is not UTF-8 is refused at its first byte that is none', () => {
  const site = '- {hosts: all, macvtaps: []}\n';
  const hosts = 'all: {hosts: {a: }}\n';
  const password = new Vault([{ label: 'default', password: new Secret('the password') }]);
  const script = (list: string, host: string) =>
    `#!/bin/sh\nif [ "$1" = --list ]; then printf '${list}'; else printf '${host}'; fi\n`;

  it.each<[string, Record<string, string>, string]>([
    [
      'a playbook',
      { 'site.yml': `${site}# \xe9\n`, hosts: 'a\n' },
      'site.yml:2:3 site.yml is not UTF-8: the byte 0xe9 at line 2, column 3',
    ],
    ['a YAML inventory', { 'site.yml': site, 'hosts.yml': 'all: {hosts: {caf\xe9: }}\n' }, 'hosts.yml:1:18 '],
    ['a value in INI', { 'site.yml': site, hosts: 'a x=caf\xe9\n' }, 'hosts:1:8 '],
    [
      'variables',
      { 'site.yml': site, 'hosts.yml': hosts, 'group_vars/all.yml': 'x: 1\ny: \xff\n' },
      'group_vars/all.yml:2:4 ',
    ],
    [
      'what a script lists',
      { 'site.yml': site, 'hosts.sh': script('{"g": ["caf\xe9"]}', '{}') },
      'hosts.sh:1:1 the inventory script hosts.sh --list printed what is not UTF-8: the byte 0xe9 at line 1, column 12',
    ],
    [
      'what a script says of a host',
      { 'site.yml': site, 'hosts.sh': script('{"g": ["a"]}', '{"x": "\xe9"}') },
      'hosts.sh:1:1 the inventory script hosts.sh --host a printed what is not UTF-8',
    ],
    [
      'an encrypted file',
      {
        'site.yml': site,
        'hosts.yml': hosts,
        'group_vars/all.yml': seal(Buffer.from('x: 1\ny: z\xff\n', 'latin1'), 'the password'),
      },
      'group_vars/all.yml:2:5 group_vars/all.yml is not UTF-8 once it is opened',
    ],
  ])('%s', async (_, files, expected) => {
    const found = await refusals(files, password);
    expect(found).toEqual([expect.stringContaining(expected)]);
  });

  it.each<[string, Record<string, string>]>([
    ['comments of INI', { 'site.yml': site, hosts: '# caf\xe9\n; caf\xe9\na\n' }],
    ['the text of a script', { 'site.yml': site, 'hosts.sh': `${script('{"g": ["a"]}', '{}')}# caf\xe9\n` }],
  ])('but %s', async (_, files) => expect(await refusals(files, password)).toEqual([]));
});
