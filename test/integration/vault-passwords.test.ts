/** Where may the passwords of vaults come from, and which file is named where none of them opens it? */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atTerminal } from '../support/at-terminal.ts';
import { runCli } from '../support/cli.ts';
import { describeWith } from '../support/needs.ts';
import { seal, sealedYaml } from '../support/seal.ts';

const [ONE, TWO] = ['first Password', 'second Password'];
const PLAY = '- {hosts: all, macvtaps: [{name: a0, lower: eno1, alias: "{{ a }}-{{ b }}"}]}\n';
const ALIAS = 'alias: "********-********"';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tft-vaults-'));
  await mkdir(join(folder, 'group_vars'));
  const files = {
    one: ` ${ONE}\t\n`,
    two: `${TWO}\n`,
    wrong: 'none of them\n',
    'one.sh': `#!/bin/sh\necho '${ONE}'\n`,
    'any-client': `#!/bin/sh\n[ "$1 $2" = "--vault-id second" ] && echo '${TWO}' || echo '${ONE}'\n`,
    'fails.sh': '#!/bin/sh\necho "no agent is running" >&2\nexit 4\n',
    hosts: 'hv01\n',
    'group_vars/all.yml': `a: ${sealedYaml('value of a', ONE, 0)}\nb: value of b\n`,
    'both/hosts': 'hv01\n',
    'both/group_vars/all/a.yml': `a: ${sealedYaml('value of a', ONE, 0)}\n`,
    'both/group_vars/all/b.yml': seal('b_secret: value of b\nb: "{{ b_secret }}"\n', TWO, 'second'),
    'site.yml': PLAY,
    'sealed.ini': seal('hv01\n', TWO),
    'sealed.yml': seal(PLAY, TWO),
    'extra.yml': seal('b: 1\n', TWO),
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
    if (text.startsWith('#!')) await chmod(join(folder, name), 0o755);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const manifest = (args: readonly string[], env = {}) =>
  runCli(['manifest', 'site.yml', '-i', 'both/hosts', ...args], { cwd: folder, env });

describe('what opens both', () => {
  it.each<[string, readonly string[]]>([
    ['two files', ['--vault-password-file', 'one', '--vault-password-file', 'two']],
    ['two files, one with its label', ['--vault-password-file', 'one', '--vault-id', 'second@two']],
    ['labels that are wrong, as Ansible tries all', ['--vault-id', 'second@one', '--vault-id', 'x@two']],
    ['a program, and a file', ['--vault-password-file', './one.sh', '--vault-id', 'second@two']],
    [
      'a client that is told the label',
      ['--vault-id', 'first@any-client', '--vault-id', 'second@any-client'],
    ],
  ])('%s', async (_title, args) => {
    const { code, stdout, stderr } = await manifest(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(ALIAS);
  });

  it('a file of the environment', async () => {
    const found = await manifest(['--vault-id', 'second@two'], { ANSIBLE_VAULT_PASSWORD_FILE: 'one' });
    expect(found).toMatchObject({ code: 0, stderr: '' });
  });
});

describeWith(['script'], 'a person at the terminal', () => {
  const ask = (args: readonly string[], answers: readonly (readonly [string, string])[]) =>
    atTerminal(['manifest', 'site.yml', '-i', 'both/hosts', ...args], { answers, home: folder, cwd: folder });

  it.each<[string, readonly string[], readonly (readonly [string, string])[]]>([
    ['for one', ['--ask-vault-pass', '--vault-id', 'second@two'], [['Vault password:', ONE]]],
    ['for one by its label', ['--vault-id', 'one', '--vault-id', 'second@prompt'], [['(second):', TWO]]],
    [
      'for both',
      ['--vault-id', 'second@prompt', '--ask-vault-pass'],
      [
        ['(second):', TWO],
        ['Vault password:', ONE],
      ],
    ],
  ])('is asked %s', async (_title, args, answers) => {
    const { code, seen } = await ask(args, answers);
    expect([code, seen]).toEqual([0, expect.stringContaining(ALIAS)]);
    expect(seen).not.toMatch(/first P|second P/);
  });

  it('is told of an empty answer, and of a wrong one', async () => {
    const empty = await ask(['--ask-vault-pass'], [['Vault password:', '']]);
    expect([empty.code, empty.seen]).toEqual([
      1,
      expect.stringContaining('the vault password given is empty'),
    ]);
    const wrong = await ask(['--ask-vault-pass'], [['Vault password:', 'nonsense']]);
    expect(wrong.code).toBe(1);
    expect(wrong.seen).toContain(
      'both/group_vars/all/b.yml is encrypted with Ansible Vault for the vault id "second"',
    );
    expect(wrong.seen).not.toContain('nonsense');
  });
});

describe('what opens nothing names the file', () => {
  const NONE = 'no password given opens it (tried: default)';
  it.each<[string, readonly string[], string]>([
    [
      'an inventory',
      ['-i', 'sealed.ini'],
      `sealed.ini:1:1: error: sealed.ini is encrypted with Ansible Vault, and ${NONE}`,
    ],
    [
      'a value',
      ['-i', 'hosts'],
      `the variable "a" (group_vars/all.yml:1) is encrypted with Ansible Vault, and ${NONE}`,
    ],
    [
      'a file of variables',
      ['-i', 'both/hosts'],
      'both/group_vars/all/b.yml:1:1: error: both/group_vars/all/b.yml is encrypted',
    ],
    [
      'a file of -e',
      ['-i', 'hosts', '-e', '@extra.yml'],
      `extra.yml:1:1: error: extra.yml is encrypted with Ansible Vault, and ${NONE}`,
    ],
    [
      'a playbook',
      ['sealed.yml', '-i', 'hosts'],
      `sealed.yml:1:1: error: sealed.yml is encrypted with Ansible Vault, and ${NONE}`,
    ],
  ])('%s', async (_title, args, said) => {
    for (const format of ['yaml', 'json']) {
      const asked = ['manifest', 'site.yml', ...args, '--format', format, '--vault-password-file', 'wrong'];
      const { code, stdout, stderr } = await runCli(asked, { cwd: folder });
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(said)]);
      expect(stderr).not.toContain('none of them');
    }
  });

  it.each<[string, readonly string[], string]>([
    [
      'a program that fails',
      ['--vault-password-file', './fails.sh'],
      'failed with exit code 4: no agent is running',
    ],
    [
      'a file that is not there',
      ['--vault-id', 'x@nowhere'],
      'nowhere cannot be read: there is no such file',
    ],
    ['nobody to ask', ['--ask-vault-pass'], 'there is no terminal to ask for the vault password on'],
  ])('%s', async (_title, args, said) => {
    const { code, stdout, stderr } = await manifest(args);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(said)]);
  });
});
