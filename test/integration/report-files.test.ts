/** Does one run of the real program write every format it is asked for, whole, masked, and only where it can? */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FORMAT_NAMES } from '../../src/cli/formats.ts';
import { runCli } from '../support/cli.ts';

const SECRET = 'p<&"ss';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapfleet-reports-'));
  writeFileSync(
    join(folder, 'play.yml'),
    '- hosts: all\n  macvtaps:\n    - {name: web0, lower: eno1}\n    - {name: vnet9, lower: eno1}\n',
  );
  // Nobody listens there. The second host is called what the password is.
  const host = { ansible_host: '127.0.0.1', ansible_port: 1, ansible_password: SECRET };
  writeFileSync(
    join(folder, 'inventory.yml'),
    JSON.stringify({ all: { hosts: { hv01: host, [`x${SECRET}`]: host } } }),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, ...more: string[]) =>
  runCli([command, 'play.yml', '-i', 'inventory.yml', ...more], { cwd: folder });
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('--report', () => {
  it('writes a file for each format, from one run, and nothing else', async () => {
    const before = readdirSync(folder);
    const reports = FORMAT_NAMES.flatMap((name) => ['--report', `${name}=out.${name}`]);
    const { code, stdout } = await run('drift', ...reports, '--format', 'json');
    expect(code).toBe(4);
    expect(readdirSync(folder).sort()).toEqual(
      [...before, ...FORMAT_NAMES.map((name) => `out.${name}`)].sort(),
    );
    expect(read('out.json')).toBe(stdout);
    expect(JSON.parse(stdout).summary.unreachable).toBe(2);
    expect(read('out.text')).toContain('2 unreachable');
    expect(read('out.markdown')).toMatch(/^<!-- tapfleet:drift -->\n/);
    expect(read('out.prometheus')).toContain('tapfleet_hosts{command="drift",status="unreachable"} 2\n');
    // The warning of loading is at its line.
    expect(read('out.github')).toMatch(/^::warning file=play.yml,line=4,/m);
    expect(JSON.parse(read('out.sarif')).runs[0].results[0].ruleId).toBe('playbook');
  });

  it.each([
    ['--report', 'json=-', '--report json=- cannot be written: "-" is standard output'],
    ['--events', '-', '--events - cannot be written: "-" is standard output'],
    ['--out', '-', '--out -: a saved plan needs a file'],
  ])('%s %s: standard output is no file', async (option, value, message) => {
    const before = readdirSync(folder);
    const { code, stdout, stderr } = await run('plan', option, value);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('masks what is secret, also where a format escapes it', async () => {
    const reports = FORMAT_NAMES.flatMap((name) => ['--report', `${name}=out.${name}`]);
    await run('plan', ...reports);
    const traces = [SECRET, 'p&lt;&amp;', 'p&#60;', '%22ss', '"ss', '\\"ss', 'p#60;'];
    for (const name of FORMAT_NAMES) {
      const text = read(`out.${name}`);
      for (const trace of traces) expect(text, `${name}: ${trace}`).not.toContain(trace);
    }
    for (const name of ['text', 'json', 'junit', 'prometheus'] as const) {
      expect(read(`out.${name}`)).toContain('x********');
    }
  });

  it('prints the same to standard output', async () => {
    for (const name of FORMAT_NAMES.filter((one) => one !== 'prometheus')) {
      const { stdout } = await run('plan', '--format', name, '--report', `${name}=out`);
      expect(stdout).toBe(read('out'));
    }
  });

  it('replaces a file, and what a link points at', async () => {
    writeFileSync(join(folder, 'old.json'), 'old');
    symlinkSync('old.json', join(folder, 'link.json'));
    await run('plan', '--report', 'json=link.json');
    expect(JSON.parse(read('old.json')).command).toBe('plan');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('says which file could not be written in the end, writes the others, and ends with 1', async () => {
    // A regular file that may be replaced, as far as can be seen, in a file system that takes no files.
    symlinkSync('/proc/version', join(folder, 'link'));
    const { code, stdout, stderr } = await run(
      'plan',
      '--format',
      'json',
      '--report',
      'json=link',
      '--report',
      'json=out',
    );
    expect(code).toBe(1);
    expect(stderr).toContain('error: --report json=link was not written: ');
    expect(read('out')).toBe(stdout);
  });

  it.each([
    ['an unknown format', 'word=out', 'Write FORMAT=FILE; formats: text, json, html, markdown'],
    ['no file', 'json=', 'Write FORMAT=FILE'],
    ['no format', 'out', 'Write FORMAT=FILE'],
    ['no such directory', 'json=no/such/out', 'there is no directory no/such'],
    ['a directory', 'json=sub', 'sub is not a regular file'],
    ['a device', 'json=/dev/null', '/dev/null is not a regular file'],
    ['a file as a directory', 'json=play.yml/out', 'play.yml is not a directory'],
  ])('refuses %s before anything is read', async (_, report, message) => {
    mkdirSync(join(folder, 'sub'));
    for (const command of [['plan'], ['apply', '--yes'], ['apply', '--check']]) {
      const [name = '', ...flags] = command;
      const { code, stdout, stderr } = await run(name, ...flags, '--report', report);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(message);
      // What loading warns of comes after.
      expect(stderr).not.toContain('vnet9');
    }
  });

  it('names every file that cannot be written, and one that is named twice', async () => {
    const { code, stderr } = await run(
      'plan',
      '--report',
      'json=no/a',
      '--report',
      'junit=b',
      '--report',
      'sarif=./b',
    );
    expect(code).toBe(1);
    expect(stderr).toContain('--report json=no/a cannot be written: there is no directory no');
    expect(stderr).toContain('--report sarif=./b cannot be written: ./b is named twice');
  });

  const isRoot = process.getuid?.() === 0;
  // Root may write anywhere.
  const asUser = isRoot ? () => {} : it;
  asUser('refuses a directory one may not write to', async () => {
    mkdirSync(join(folder, 'closed'));
    chmodSync(join(folder, 'closed'), 0o500);
    const { code, stderr } = await run('plan', '--report', 'json=closed/out');
    expect(code).toBe(1);
    expect(stderr).toContain('closed: EACCES');
  });
});
