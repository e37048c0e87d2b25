/** Run as a number that no account has and without a HOME, as containers and services of systemd are. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PROGRAM, runProcess } from '../support/cli.ts';
import { describeWith } from '../support/needs.ts';

describeWith(['root', 'unshare'], 'without an account', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tapfleet-nobody-'));
    writeFileSync(join(folder, 'site.yml'), '- hosts: all\n  macvtaps: [{name: web0, lower: eno1}]\n');
    // Nobody listens there.
    writeFileSync(
      join(folder, 'hosts.yml'),
      'all: {hosts: {hv01: {ansible_host: 127.0.0.1, ansible_port: 1}}}\n',
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const tapfleet = (...args: string[]) => {
    const nobody = ['unshare', '--user', '--map-user=64999', '--map-group=64999'];
    return runProcess([...nobody, process.execPath, PROGRAM, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    });
  };

  it.each([
    ['validate', 0],
    ['plan', 4],
    ['drift', 4],
  ])('%s does what it is for', async (command, code) => {
    const vault = join(folder, 'vault');
    writeFileSync(vault, 'secret\n');
    const result = await tapfleet(command, 'site.yml', '-i', 'hosts.yml', '--vault-password-file', vault);
    expect([result.code, result.stderr]).toEqual([code, expect.not.stringContaining('a fault in tapfleet')]);
  });
});
