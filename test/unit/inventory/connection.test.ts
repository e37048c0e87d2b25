import { describe, expect, it } from 'vitest';
import { type ConnectionOptions, connectionOf } from '../../../src/inventory/connection.ts';
import { hostLookup } from '../../../src/inventory/variables.ts';
import type { SshSettings } from '../../../src/model/connection.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import type { Host } from '../../../src/model/inventory.ts';
import { inventoryOf } from './inventory-from-text.ts';

const OPTIONS: ConnectionOptions = { home: '/home/me', envUser: 'me' };

function connect(vars: string, options: Partial<ConnectionOptions> = {}) {
  const inventory = inventoryOf(`all: {hosts: {hv1: {${vars}}}}`);
  const host = inventory.hosts.get('hv1') as Host;
  return connectionOf(host, hostLookup({ inventory, host }), { ...OPTIONS, ...options });
}

function settings(vars: string, options: Partial<ConnectionOptions> = {}): SshSettings {
  const result = connect(vars, options);
  if ('diagnostics' in result) throw new Error(JSON.stringify(result.diagnostics));
  if (result.settings.kind !== 'ssh') throw new Error('not over SSH');
  return result.settings;
}

function problems(vars: string): readonly Diagnostic[] {
  const result = connect(vars, { become: true });
  return 'diagnostics' in result ? result.diagnostics : [];
}

describe('connectionOf', () => {
  it('has the defaults of OpenSSH', () => {
    expect(settings('')).toEqual({
      kind: 'ssh',
      address: 'hv1',
      port: 22,
      user: 'me',
      privateKeyFiles: [],
      knownHostsFiles: [
        '/home/me/.ssh/known_hosts',
        '/home/me/.ssh/known_hosts2',
        '/etc/ssh/ssh_known_hosts',
        '/etc/ssh/ssh_known_hosts2',
      ],
      hostKeyChecking: 'yes',
      connectTimeoutMs: 10_000,
      identitiesOnly: false,
      keepalive: { intervalS: 10, countMax: 3 },
      algorithms: {},
      become: false,
    });
  });

  it.each<[string, string, Partial<SshSettings>]>([
    ['ansible_host', 'ansible_host: 10.0.0.1', { address: '10.0.0.1' }],
    ['ansible_ssh_host', 'ansible_ssh_host: old, ansible_host: new', { address: 'old' }],
    ['an empty ansible_host', 'ansible_host: ""', { address: 'hv1' }],
    ['ansible_port', 'ansible_port: 2222', { port: 2222 }],
    ['ansible_port as text', 'ansible_port: "2222"', { port: 2222 }],
    ['ansible_ssh_port', 'ansible_ssh_port: 23', { port: 23 }],
    ['ansible_user', 'ansible_user: root', { user: 'root' }],
    ['ansible_ssh_user', 'ansible_ssh_user: root', { user: 'root' }],
    [
      'a template',
      'n: 7, ansible_host: "10.0.0.{{ n }}", ansible_port: "{{ 2200 + n }}"',
      { address: '10.0.0.7', port: 2207 },
    ],
    ['a key with ~', 'ansible_ssh_private_key_file: ~/k', { privateKeyFiles: ['/home/me/k'] }],
    ['a relative key', 'ansible_private_key_file: keys/k', { privateKeyFiles: ['keys/k'] }],
    ['ansible_connection', 'ansible_connection: ansible.builtin.ssh', {}],
    ['paramiko', 'ansible_connection: paramiko_ssh', {}],
    ['ansible_become', 'ansible_become: "yes"', { become: true }],
    ['a method where nobody becomes anybody', 'ansible_become_method: su', { become: false }],
    ['ansible_host_key_checking', 'ansible_host_key_checking: false', { hostKeyChecking: 'no' }],
    [
      '-i, -p, -l',
      'ansible_ssh_common_args: "-i ~/a -p 24 -l you -i b"',
      { privateKeyFiles: ['/home/me/a', 'b'], port: 24, user: 'you' },
    ],
    ['options without spaces', 'ansible_ssh_common_args: "-p24 -oUser=you"', { port: 24, user: 'you' }],
    [
      '-o Port, User, IdentityFile',
      `ansible_ssh_extra_args: '-o Port=24 -o "User you" -o IdentityFile="a b"'`,
      { port: 24, user: 'you', privateKeyFiles: ['a b'] },
    ],
    ['a variable wins over an argument', 'ansible_port: 23, ansible_ssh_common_args: -p 24', { port: 23 }],
    [
      'the key variable comes before arguments',
      'ansible_private_key_file: a, ansible_ssh_common_args: -i b',
      { privateKeyFiles: ['a', 'b'] },
    ],
    [
      'common args win over extra args',
      'ansible_ssh_extra_args: -p 1, ansible_ssh_common_args: -p 2',
      { port: 2 },
    ],
    [
      'UserKnownHostsFile',
      `ansible_ssh_common_args: '-o "UserKnownHostsFile ~/a /b"'`,
      { knownHostsFiles: ['/home/me/a', '/b', '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'] },
    ],
    [
      'no known_hosts at all',
      'ansible_ssh_common_args: -o UserKnownHostsFile=none -o GlobalKnownHostsFile=none',
      { knownHostsFiles: [] },
    ],
    [
      'StrictHostKeyChecking=no',
      'ansible_ssh_common_args: -o StrictHostKeyChecking=no',
      { hostKeyChecking: 'no' },
    ],
    [
      'StrictHostKeyChecking=off',
      'ansible_ssh_common_args: -o StrictHostKeyChecking=off',
      { hostKeyChecking: 'no' },
    ],
    [
      'StrictHostKeyChecking=ask',
      'ansible_ssh_common_args: -o StrictHostKeyChecking=ask',
      { hostKeyChecking: 'yes' },
    ],
    [
      'StrictHostKeyChecking=accept-new',
      'ansible_ssh_common_args: -o stricthostkeychecking=accept-new',
      { hostKeyChecking: 'accept-new' },
    ],
    ['ConnectTimeout in seconds', 'ansible_ssh_common_args: -o ConnectTimeout=3', { connectTimeoutMs: 3000 }],
    [
      'what changes nothing',
      'ansible_ssh_args: -C -o ControlMaster=auto -o ControlPersist=60s -o BatchMode=yes -qT',
      {},
    ],
    ['what means nothing here', 'ansible_python_interpreter: /usr/bin/python3', {}],
  ])('%s', (_title, vars, expected) => {
    expect(settings(vars)).toMatchObject(expected);
  });

  it.each<[string, string]>([
    ['-J', '-J ops@bastion:2222'],
    ['-Jbastion', '-Jops@bastion:2222'],
    ['ProxyJump', '-o ProxyJump=ops@bastion:2222'],
    ['ssh -W', `-o ProxyCommand="ssh -q -W %h:%p -p 2222 ops@bastion"`],
  ])('jumps with %s, over one login that all hosts share', (_title, args) => {
    const { proxy } = settings(`ansible_ssh_common_args: '${args}'`);
    expect(proxy).toMatchObject({
      kind: 'jump',
      through: { address: 'bastion', port: 2222, user: 'ops', privateKeyFiles: [], hostKeyChecking: 'yes' },
    });
  });

  it('jumps over several hosts, the first innermost', () => {
    const { proxy } = settings('ansible_ssh_common_args: "-J one,two"');
    expect(proxy).toMatchObject({
      through: { address: 'two', proxy: { kind: 'jump', through: { address: 'one' } } },
    });
  });

  it('is this machine where the connection is local', () => {
    const found = connect('ansible_connection: local, ansible_become: true');
    expect(found).toEqual({ settings: { kind: 'local', user: 'me', become: true } });
  });

  it('keeps a password out of sight', () => {
    for (const name of ['ansible_password', 'ansible_ssh_pass']) {
      const found = settings(`${name}: hunter2`);
      expect(found.password?.reveal()).toBe('hunter2');
      expect(JSON.stringify(found)).not.toContain('hunter2');
    }
    expect(settings('ansible_password: 123456').password?.reveal()).toBe('123456');
  });

  it('options serve where a host has no variable', () => {
    const options = { user: 'deploy', privateKey: '~/k', become: true };
    expect(settings('', options)).toMatchObject({
      user: 'deploy',
      privateKeyFiles: ['/home/me/k'],
      become: true,
    });
    const vars = 'ansible_user: root, ansible_private_key_file: x, ansible_become: false';
    expect(settings(vars, options)).toMatchObject({ user: 'root', privateKeyFiles: ['x'], become: false });
  });

  it('an inventory cannot loosen --host-key-checking', () => {
    const vars = 'ansible_ssh_common_args: -o StrictHostKeyChecking=no';
    expect(settings(vars, { hostKeyChecking: 'yes' }).hostKeyChecking).toBe('yes');
  });

  it.each([
    ['a port of letters', 'ansible_port: ssh', 'ansible_port of the host "hv1" is "ssh", not a port'],
    ['a port out of range', 'ansible_port: 70000', 'is 70000, not a port'],
    ['a port that is a list', 'ansible_port: [22]', 'is a list, not a port'],
    [
      'a host that is a map',
      'ansible_host: {a: b}',
      'ansible_host of the host "hv1" is a map, not a line of text',
    ],
    ['a host that is a boolean', 'ansible_host: yes', 'is the value true'],
    ['a host with a space', 'ansible_host: a b', 'is "a b", not an address'],
    ['a user of two lines', 'ansible_user: "a\\nb"', 'is text of several lines'],
    ['another plugin', 'ansible_connection: docker', 'is "docker", which is not supported'],
    ['become that is no yes or no', 'ansible_become: maybe', 'is "maybe", not a yes or no'],
    ['another method', 'ansible_become_method: su', 'ansible_become_method of the host "hv1" is "su"'],
    ['another user', 'ansible_become_user: bob', 'ansible_become_user of the host "hv1" is "bob"'],
    [
      'an undefined variable',
      'ansible_host: "{{ nowhere }}"',
      'cannot be evaluated: undefined variable "nowhere"',
    ],
    ['a jump to nowhere', 'ansible_ssh_common_args: -J "a b"', 'is no [user@]host[:port]'],
    [
      'another ProxyCommand',
      'ansible_ssh_common_args: "-o ProxyCommand=\'nc %h %p\'"',
      'an inventory may run no program here',
    ],
    ['an unknown flag', 'ansible_ssh_common_args: -4', 'holds "-4", which is not supported'],
    ['a word', 'ansible_ssh_common_args: foo', 'holds "foo"'],
    [
      'an unknown option',
      'ansible_ssh_common_args: -o LocalCommand=x',
      'holds the ssh option LocalCommand, which is not supported',
    ],
    ['a bad port in arguments', 'ansible_ssh_common_args: -p x', 'holds the port "x"'],
    ['a missing value', 'ansible_ssh_common_args: -p', 'ends with "-p"'],
    [
      'a bad checking',
      'ansible_ssh_common_args: -o StrictHostKeyChecking=maybe',
      'holds StrictHostKeyChecking=maybe',
    ],
    ['a bad timeout', 'ansible_ssh_common_args: -o ConnectTimeout=none', 'holds ConnectTimeout=none'],
    ['an open quote', `ansible_ssh_common_args: "-o 'x"`, 'never closed'],
  ])('refuses %s', (_title, vars, problem) => {
    expect(problems(vars).map((one) => one.summary)).toEqual([expect.stringContaining(problem)]);
    expect(problems(vars)[0]?.where).toMatchObject({ file: 'one.yml', line: 1 });
  });

  it('collects every mistake of a host', () => {
    expect(problems('ansible_port: x, ansible_connection: docker, ansible_become: maybe')).toHaveLength(3);
  });

  it('does not show a password of the wrong type', () => {
    expect(JSON.stringify(problems('ansible_password: [hunter2]'))).not.toContain('hunter2');
  });
});
