/** Where do the mistakes that end a command go? To people on stderr, and where a forge draws them at their lines, there too. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapfleet-mistakes-'));
  writeFileSync(
    join(folder, 'site.yml'),
    '- hosts: all\n  macvtaps:\n    - {name: web0, lowr: eno1}\n    - {name: "{{ ansible_password }}::error::x", lower: eno1}\n',
  );
  writeFileSync(join(folder, 'hosts.yml'), 'all: {hosts: {hv01: {ansible_password: hunter22}}}\n');
  writeFileSync(join(folder, 'vault'), 'hunter22\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (command: string, ...args: string[]) =>
  runCli([command, 'site.yml', '-i', 'hosts.yml', '--vault-password-file', 'vault', ...args], {
    cwd: folder,
  });

it.each([
  ['validate', []],
  ['plan', []],
  ['drift', []],
  ['apply', ['--yes', '--no-record']],
])('%s --format github has each at its line, masked', async (command, args) => {
  const { code, stdout, stderr } = await run(command, '--format', 'github', ...args);
  expect(code).toBe(1);
  const lines = stdout.trimEnd().split('\n');
  const title = `title=tapfleet ${command}%3A playbook`;
  for (const line of lines)
    expect(line).toMatch(/^::(error|warning) file=site\.yml,line=[34],col=\d+,title=/);
  expect(lines.filter((line) => line.includes('unknown key "lowr"'))).toHaveLength(1);
  expect(lines.every((line) => line.includes(title))).toBe(true);
  expect(stdout).toContain('********%3A%3Aerror'.replaceAll('%3A', ':'));
  expect(stderr).toContain('site.yml:3:20: error: unknown key "lowr"');
  expect(stdout + stderr).not.toContain('hunter22');
});

it('says nothing on stdout otherwise', async () => {
  for (const command of ['validate', 'plan']) expect((await run(command)).stdout).toBe('');
});

it('says of a file of patterns outside of --limit where it belongs', async () => {
  const { code, stderr } = await runCli(['inventory', '@rack.txt', '-i', 'hosts.yml'], { cwd: folder });
  expect(code).toBe(0);
  expect(stderr).toMatch(/the pattern "@rack.txt" matches no host or group.*\n.*--limit @FILE/);
});
