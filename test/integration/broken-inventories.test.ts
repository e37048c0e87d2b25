/**
 * Does an inventory that is broken say where, and nothing of the secrets in it? One that cannot be read has no variables
 * yet, and so no passwords that could be masked.
 */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { seal } from '../support/seal.ts';

const SECRET = 'hunter2-planted';
const script = (...lines: string[]) => ['#!/bin/sh', ...lines, ''].join('\n');
const prints = (text: string) => script("cat <<'END'", text, 'END');
const hosts = 'all: {hosts: {hv01: }}\n';

/** Files by name, the first one is the inventory; then `file:line:column: error:` with what is said. */
const BROKEN: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  [
    'INI: spaces round the equals sign',
    { hosts: `[web]\nhv01 ansible_password = ${SECRET}\n` },
    'hosts:2:6: error: a word that is not shown',
  ],
  [
    'INI: a colon for the equals sign',
    { hosts: `[all:vars]\nansible_password: ${SECRET}\n` },
    'hosts:2:1: error: "ansible_pass…" is no variable of a group',
  ],
  [
    'INI: a quote that is not closed',
    { hosts: `hv01 ansible_password="${SECRET}\n` },
    'hosts:1:1: error: the line of a host has a quote that is never closed',
  ],
  [
    'YAML: variables as INI has them',
    { 'hosts.yml': `all:\n  hosts:\n    hv01: ansible_password=${SECRET}\n` },
    'hosts.yml:3:11: error: the host "hv01" is the value "ansible_pass…", not a map of variables',
  ],
  [
    'YAML: a line of INI for a host',
    { 'hosts.yml': `all:\n  hosts: hv01 ansible_password=${SECRET}\n` },
    'hosts.yml:2:10: error: the host name "hv01 ansible_pass…" is empty or holds spaces',
  ],
  [
    'YAML: a password that begins like an alias',
    { 'hosts.yml': `all:\n  vars:\n    ansible_password: *${SECRET}\n` },
    'hosts.yml:3:23: error: an alias names no anchor',
  ],
  [
    'YAML: a password that begins like a tag',
    { 'hosts.yml': `all:\n  vars:\n    ansible_password: !${SECRET}\n` },
    'hosts.yml:3:23: error: not valid YAML: an unknown tag',
  ],
  [
    'YAML: a password that begins like a block',
    { 'hosts.yml': `all:\n  vars:\n    ansible_password: |${SECRET}\n` },
    'hosts.yml:3:24: error: not valid YAML: Block scalar header includes extra characters\n',
  ],
  [
    'YAML: tabs',
    { 'hosts.yml': `all:\n  hosts:\n    hv01:\n\t  ansible_password: ${SECRET}\n` },
    'hosts.yml:4:1: error: not valid YAML: Tabs are not allowed',
  ],
  [
    'YAML: a password that is no template',
    { 'hosts.yml': `all: {hosts: {hv01: {ansible_password: 'a{% ${SECRET}'}}}\n` },
    'hosts.yml:1:22: error: ansible_password of the host "hv01" cannot be evaluated: it holds {{ or {%',
  ],
  [
    'JSON: a comma is missing',
    { 'hosts.json': `{"all": {"vars": {\n  "ansible_password": "${SECRET}" "x": 1}}}\n` },
    'hosts.json:2:',
  ],
  [
    'a script: a comma too many',
    { 'hosts.sh': prints(`{"web": ["hv01"],\n "_meta": {"hostvars": {"hv01": {"p": "${SECRET}"},}}}`) },
    'printed what is no JSON: see line 2, column ',
  ],
  [
    'a script: what is no JSON at all',
    { 'hosts.sh': prints(`export API_TOKEN=${SECRET}`) },
    '--list printed what is no JSON: "export API_TOKEN…"',
  ],
  [
    'a script: text for the variables of a host',
    { 'hosts.sh': prints(`{"web": ["hv01"], "_meta": {"hostvars": {"hv01": "password=${SECRET}"}}}`) },
    '_meta.hostvars.hv01 is not a map of variables',
  ],
  [
    'group_vars: a list',
    { 'hosts.yml': hosts, 'group_vars/all.yml': `# of all\n- ansible_password: ${SECRET}\n` },
    'group_vars/all.yml:2:1: error: a file of variables is a map of names and values, not a list',
  ],
  [
    'group_vars: an open bracket',
    { 'hosts.yml': hosts, 'group_vars/all/x.yml': `ansible_password: [${SECRET}\n` },
    'group_vars/all/x.yml:2:1: error: not valid YAML',
  ],
  [
    'host_vars: lines of INI',
    { 'hosts.yml': hosts, 'host_vars/hv01': `ansible_password=${SECRET}\n` },
    'host_vars/hv01:1:1: error: a file of variables is a map of names and values, not a single value',
  ],
  [
    'host_vars: a password of the wrong type',
    { 'hosts.yml': hosts, 'host_vars/hv01.yml': `x: 1\nansible_password: {is: ${SECRET}}\n` },
    'host_vars/hv01.yml:2:1: error: ansible_password of the host "hv01" is a map, not a line of text',
  ],
  [
    'a vault with another password',
    { 'hosts.yml': hosts, 'group_vars/all.yml': seal(`x: ${SECRET}\n`, 'another one') },
    'group_vars/all.yml:1:1: error: ',
  ],
  [
    'what a vault holds',
    { 'hosts.yml': hosts, 'group_vars/all.yml': seal(`x: 1\ny: *${SECRET}\n`, 'the password') },
    'group_vars/all.yml:2:4: error: an alias names no anchor',
  ],
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tft-broken-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
    if (text.startsWith('#!')) await chmod(join(folder, name), 0o755);
  }
}

describe.each(BROKEN)('%s', (_title, files, said) => {
  it('is told with its place, and shows no secret', async () => {
    await write({
      ...files,
      'site.yml': '- {hosts: all, macvtaps: [{name: a0, lower: eno1}]}\n',
      password: 'the password\n',
    });
    const [inventory = ''] = Object.keys(files);
    const from = ['-i', inventory, '--vault-password-file', 'password', '-e', 'ansible_connection=ssh'];
    const heard: string[] = [];
    for (const command of [
      ['plan', 'site.yml', '-vvv', '--connect-timeout', '1', '--retries', '0'],
      ['plan', 'site.yml', '--format', 'json', '--connect-timeout', '1', '--retries', '0'],
      ['validate', 'site.yml'],
      ['inventory', '--graph'],
      ['inventory', '--list', '-vvv'],
    ]) {
      const { stdout, stderr, code } = await runCli([...command, ...from], { cwd: folder });
      expect(stdout + stderr).not.toContain(SECRET);
      if (command[0] === 'plan') expect([code, stdout]).toEqual([1, '']);
      heard.push(stderr);
    }
    expect(heard[0]).toContain(said);
  });
});

it('a script that fails shows what it said, and no control character of it', async () => {
  await write({
    'hosts.sh': script(
      `printf 'Traceback:\\n  File "x.py"\\nKeyError: \\033[31mno such rack\\n' >&2`,
      'echo "{}"',
      'exit 3',
    ),
  });
  const { code, stdout, stderr } = await runCli(['inventory', '-i', 'hosts.sh', '--list'], { cwd: folder });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(
    'hosts.sh:1:1: error: the inventory script hosts.sh --list failed with exit code 3: ' +
      'Traceback: ·   File "x.py" · KeyError: \\x1b[31mno such rack\n',
  );
});

it('words of -e that are none show no secret', async () => {
  const { code, stderr } = await runCli(
    ['inventory', '-i', 'hv01,', '-e', `ansible_password=a ${SECRET}`, '--list'],
    { cwd: folder },
  );
  expect([code, stderr]).toEqual([1, expect.stringContaining('error: in -e "ansible_pass…": a word')]);
  expect(stderr).not.toContain(SECRET);
});

it('arguments for ssh that lack their quotes show no secret', async () => {
  await write({
    hosts: `hv01 ansible_ssh_common_args='-o ProxyCommand=sshpass -p ${SECRET} ssh'\n`,
    'site.yml': '- {hosts: all, macvtaps: [{name: a0, lower: eno1}]}\n',
  });
  const { code, stderr } = await runCli(['plan', 'site.yml', '-i', 'hosts', '-vvv'], { cwd: folder });
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(
      'hosts:1:6: error: ansible_ssh_common_args of the host "hv01" holds "-p", which is not a number',
    ),
  ]);
  expect(stderr).not.toContain(SECRET);
});
