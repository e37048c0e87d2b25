import { describe, expect, it } from 'vitest';
import { type ConnectionOptions, connectionOf } from '../../../src/inventory/connection.ts';
import { hostLookup } from '../../../src/inventory/variables.ts';
import type { SshSettings } from '../../../src/model/connection.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import type { Host } from '../../../src/model/inventory.ts';
import { madeSetting } from '../../../src/ssh-config/setting.ts';
import { inventoryOf } from './inventory-from-text.ts';

const NO_CHECK = '-o StrictHostKeyChecking=no';
const OPTIONS: ConnectionOptions = { home: '/home/me', envUser: 'me' };

async function connect(vars: string, options: Partial<ConnectionOptions> = {}) {
  const inventory = inventoryOf(`all: {hosts: {hv1: {${vars}}}}`);
  const host = inventory.hosts.get('hv1') as Host;
  return connectionOf(host, hostLookup({ inventory, host }), { ...OPTIONS, ...options });
}

async function settings(vars: string, options: Partial<ConnectionOptions> = {}): Promise<SshSettings> {
  const result = await connect(vars, options);
  if ('diagnostics' in result) throw new Error(JSON.stringify(result.diagnostics));
  if (result.settings.kind !== 'ssh') throw new Error('not over SSH');
  return result.settings;
}

async function problems(vars: string): Promise<readonly Diagnostic[]> {
  const result = await connect(vars, { become: true });
  return 'diagnostics' in result ? result.diagnostics : [];
}

describe('connectionOf', async () => {
  it('has the defaults of OpenSSH', async () => {
    expect(await settings('')).toEqual({
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
      `ansible_ssh_extra_args: '-o Port=24 -o "User you" -o "IdentityFile=\\"a b\\""'`,
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
    [
      'what an option has ignored',
      'ansible_ssh_args: -o IgnoreUnknown=Foo* -o FooBar=x -L 1:a:2 -S none -M',
      {},
    ],
    [
      'a time that no timer holds',
      'ansible_ssh_args: -o ConnectTimeout=9w',
      { connectTimeoutMs: 2_147_483_000 },
    ],
    ['a timeout of Ansible’s', 'ansible_timeout: 3', { connectTimeoutMs: 3000 }],
    ['its newer name', 'ansible_timeout: 3, ansible_ssh_timeout: 4', { connectTimeoutMs: 4000 }],
    [
      'the variables win over common args',
      'ansible_user: a, ansible_ssh_common_args: -l b, ansible_ssh_extra_args: -l c',
      { user: 'a' },
    ],
    ['ansible_ssh_args win over the variables', 'ansible_user: a, ansible_ssh_args: -l b', { user: 'b' }],
    [
      'a yes to checking leaves the arguments',
      `ansible_host_key_checking: true, ansible_ssh_common_args: ${NO_CHECK}`,
      { hostKeyChecking: 'no' },
    ],
    [
      'a family and an address',
      'ansible_ssh_args: -4b 10.0.0.1',
      { addressFamily: 4, bindAddress: '10.0.0.1' },
    ],
    ['no key', 'ansible_ssh_args: -o IdentityFile=none', { privateKeyFiles: [], withoutDefaultKeys: true }],
    [
      'ways to log in',
      'ansible_ssh_args: -o PreferredAuthentications=publickey,password -o PasswordAuthentication=no',
      { withoutMethods: ['password', 'keyboard-interactive'] },
    ],
    ['what means nothing here', 'ansible_python_interpreter: /usr/bin/python3', {}],
  ])('%s', async (_title, vars, expected) => {
    expect(await settings(vars)).toMatchObject(expected);
  });

  it.each<[string, string]>([
    ['-J', '-J ops@bastion:2222'],
    ['-Jbastion', '-Jops@bastion:2222'],
    ['ProxyJump', '-o ProxyJump=ops@bastion:2222'],
    ['ssh -W', `-o ProxyCommand="ssh -q -W %h:%p -p 2222 ops@bastion"`],
  ])('jumps with %s, over one login that all hosts share', async (_title, args) => {
    const { proxy } = await settings(`ansible_ssh_common_args: '${args}'`);
    expect(proxy).toMatchObject({
      kind: 'jump',
      through: { address: 'bastion', port: 2222, user: 'ops', privateKeyFiles: [], hostKeyChecking: 'yes' },
    });
  });

  it('jumps with the options of a ProxyCommand’s ssh', async () => {
    const command = 'ssh -i ~/k -o StrictHostKeyChecking=no -q -l ops -p 23 -W [%h]:%p bastion 2>/dev/null';
    const { proxy } = await settings(`ansible_ssh_common_args: '-o ProxyCommand="${command}"'`);
    expect(proxy).toMatchObject({
      kind: 'jump',
      through: {
        address: 'bastion',
        port: 23,
        user: 'ops',
        privateKeyFiles: ['/home/me/k'],
        hostKeyChecking: 'no',
      },
    });
  });

  it.each([
    ['a pipe', 'ssh -W %h:%p bastion | tee x'],
    ['a substitution', 'ssh -W %h:%p $(id)'],
    ['another place', 'ssh -W other:22 bastion'],
    ['a command on the bastion', 'ssh -W %h:%p bastion id'],
    ['another program', 'sshx -W %h:%p bastion'],
    ['an option that is not known', 'ssh -Q kex -W %h:%p bastion'],
  ])('takes no other command for a jump: %s', async (_title, command) => {
    const found = await problems(`ansible_ssh_common_args: '-o ProxyCommand="${command}"'`);
    expect(found.map((one) => one.summary)).toEqual([
      expect.stringContaining('an inventory may run no program'),
    ]);
  });

  it('refuses a program behind the jump of an inventory', async () => {
    const jump = 'ssh -o ProxyCommand=reboot -W %h:%p bastion';
    const found = await problems(`ansible_ssh_common_args: '-o ProxyCommand="${jump}"'`);
    expect(found).toMatchObject([
      {
        summary: expect.stringContaining('an inventory may run no program'),
        where: { file: 'one.yml', line: 1 },
      },
    ]);
  });

  it('runs a program that the caller’s own arguments name', async () => {
    const own = { sshCommonArgs: '-o "ProxyCommand nc %h %p"' };
    expect((await settings('ansible_port: 7', own)).proxy).toEqual({ kind: 'command', command: 'nc hv1 7' });
    const vars = 'ansible_ssh_common_args: "-o \'ProxyCommand nc %h %p\'"';
    expect(await connect(vars, own)).toMatchObject({ diagnostics: [{ severity: 'error' }] });
  });

  it('fills nothing into a program that a shell would read', async () => {
    const own = { sshCommonArgs: '-o "ProxyCommand nc %r"' };
    const found = await connect('ansible_user: "a $HOME"', own);
    expect(found).toMatchObject({
      diagnostics: [{ summary: expect.stringContaining('%r would be "a $HOME"') }],
    });
  });

  it('says of a circle of jumps where it is written', async () => {
    const where = { file: 'c', line: 7, column: 3 };
    const origin = { says: 'the ssh configuration holds ', where, trusted: true };
    const items = [madeSetting('ProxyJump', 'bastion', origin)];
    const found = await connect('', { sshConfig: async () => [{ conditions: [], items }] });
    expect(found).toMatchObject({
      diagnostics: [
        {
          summary: 'the ssh configuration holds a jump in a circle: "me@bastion:22" → "me@bastion:22"',
          where,
        },
      ],
    });
    expect(await problems('ansible_host: b, ansible_ssh_common_args: -J b')).toMatchObject([
      { summary: expect.stringContaining('holds a jump in a circle'), where: { file: 'one.yml', line: 1 } },
    ]);
  });

  it('reads the file of -F, and trusts it no more than who named it', async () => {
    const asked: unknown[] = [];
    const sshConfig = async (named?: unknown) => {
      asked.push(named);
      return [];
    };
    await connect('ansible_ssh_common_args: -F one -F two', { sshConfig });
    await connect('', { sshConfig, sshExtraArgs: '-F three -J b' });
    expect(asked).toEqual([
      { file: 'two', trusted: false },
      { file: 'three', trusted: true },
      { file: 'three', trusted: true },
    ]);
  });

  it('jumps over several hosts, the first innermost', async () => {
    const { proxy } = await settings('ansible_ssh_common_args: "-J one,two"');
    expect(proxy).toMatchObject({
      through: { address: 'two', proxy: { kind: 'jump', through: { address: 'one' } } },
    });
  });

  it('is this machine where the connection is local', async () => {
    const found = await connect('ansible_connection: local, ansible_become: true');
    expect(found).toEqual({ settings: { kind: 'local', user: 'me', become: true } });
  });

  it('keeps a password out of sight', async () => {
    for (const name of ['ansible_password', 'ansible_ssh_pass']) {
      const found = await settings(`${name}: hunter2`);
      expect(found.password?.reveal()).toBe('hunter2');
      expect(JSON.stringify(found)).not.toContain('hunter2');
    }
    expect((await settings('ansible_password: 123456')).password?.reveal()).toBe('123456');
  });

  it('options serve where a host has no variable', async () => {
    const options = { user: 'deploy', privateKey: '~/k', become: true };
    expect(await settings('', options)).toMatchObject({
      user: 'deploy',
      privateKeyFiles: ['/home/me/k'],
      become: true,
    });
    const vars = 'ansible_user: root, ansible_private_key_file: x, ansible_become: false';
    expect(await settings(vars, options)).toMatchObject({
      user: 'root',
      privateKeyFiles: ['x'],
      become: false,
    });
  });

  it('an inventory cannot loosen --host-key-checking', async () => {
    const vars = 'ansible_ssh_common_args: -o StrictHostKeyChecking=no';
    expect((await settings(vars, { hostKeyChecking: 'yes' })).hostKeyChecking).toBe('yes');
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
    ['an unknown flag', 'ansible_ssh_common_args: -Z', 'holds "-Z", which is not supported'],
    ['a flag that asks', 'ansible_ssh_common_args: -Q cipher', 'holds "-Q", which is not supported'],
    [
      'a flag of an option that is not supported',
      'ansible_ssh_common_args: -I lib.so',
      'holds the ssh option PKCS11Provider, which is not supported',
    ],
    ['a jump that a shell could run', 'ansible_ssh_common_args: -J "$(id)"', 'a jump over "$(id)"'],
    ['a word', 'ansible_ssh_common_args: foo', 'holds "foo"'],
    [
      'an option that ssh does not have',
      'ansible_ssh_common_args: -o Nonsense=x',
      'holds the bad option "nonsense"',
    ],
    [
      'an option that is not supported',
      'ansible_ssh_common_args: -o CertificateFile=x',
      'holds the ssh option CertificateFile, which is not supported',
    ],
    ['an option of a file', 'ansible_ssh_common_args: -o Include=x', 'belongs into a file'],
    ['where to forward to', 'ansible_ssh_common_args: -W a:22', 'holds "-W"'],
    ['two keys as one', 'ansible_ssh_common_args: -o "IdentityFile a b"', 'which is more than one value'],
    ['a user that a shell could run', 'ansible_user: "a;id"', 'which ssh takes for no name'],
    ['a host that a shell could run', 'ansible_host: "a$(id)"', 'not an address'],
    ['a host that is an option', 'ansible_host: -oProxyCommand=id', 'not an address'],
    [
      'another sudo',
      'ansible_become: true, ansible_become_exe: /opt/dzdo',
      'ansible_become_exe of the host "hv1" is',
    ],
    [
      'a provider of keys',
      'ansible_ssh_pkcs11_provider: /x.so',
      'ansible_ssh_pkcs11_provider of the host "hv1" gives',
    ],
    [
      'names of paramiko',
      'ansible_connection: paramiko, ansible_paramiko_user: x',
      'ansible_paramiko_user of the host "hv1" is not supported',
    ],
    ['a timeout of letters', 'ansible_timeout: soon', 'is "soon", not a whole number'],
    [
      'another user by its old name',
      'ansible_sudo_user: bob',
      'ansible_sudo_user of the host "hv1" is "bob"',
    ],
    [
      'a bad port in arguments',
      'ansible_ssh_common_args: -p x',
      'holds "-p x", which is not a number from 1 to 65535',
    ],
    ['a missing value', 'ansible_ssh_common_args: -p', 'holds "-p" without the value'],
    [
      'a bad checking',
      'ansible_ssh_common_args: -o StrictHostKeyChecking=maybe',
      'holds StrictHostKeyChecking "maybe", which is not one of',
    ],
    [
      'a bad timeout',
      'ansible_ssh_common_args: -o ConnectTimeout=soon',
      'holds ConnectTimeout "soon", which is not a time',
    ],
    ['an open quote', `ansible_ssh_common_args: "-o 'x"`, 'never closed'],
  ])('refuses %s', async (_title, vars, problem) => {
    expect((await problems(vars)).map((one) => one.summary)).toEqual([expect.stringContaining(problem)]);
    expect((await problems(vars))[0]?.where).toMatchObject({ file: 'one.yml', line: 1 });
  });

  it('collects every mistake of a host', async () => {
    expect(await problems('ansible_port: x, ansible_connection: docker, ansible_become: maybe')).toHaveLength(
      3,
    );
  });

  it('does not show a password of the wrong type', async () => {
    expect(JSON.stringify(await problems('ansible_password: [hunter2]'))).not.toContain('hunter2');
  });
});
