/** A run in parts, by the built program: do the reports of the parts make that of the whole? No host is needed for it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMAT_NAMES } from '../../src/cli/formats.ts';
import { runCli } from '../support/cli.ts';

const HOSTS = ['hv02', 'hv10', 'hv01', 'hv04', 'hv03'];
const PLAY = `- hosts: hypervisors
  macvtaps:
    - {name: web0, lower: eno1, mode: bridge}
    - {name: bad0, lower: eno1, when: inventory_hostname == BROKEN}
`;

describe('--shard and merge', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tapfleet-shards-'));
    // Nothing listens on port 1.
    const hosts = HOSTS.map((name) => `    ${name}: {ansible_host: 127.0.0.1, ansible_port: 1}`).join('\n');
    writeFileSync(at('inventory.yml'), `hypervisors:\n  hosts:\n${hosts}\n`);
    writeFileSync(at('good.yml'), PLAY.replace('BROKEN', "'nobody'"));
    // libvirt has the name for itself: a warning of the playbook, which every part gives.
    writeFileSync(at('warned.yml'), PLAY.replace('name: bad0', 'name: vnet9').replace('BROKEN', "'hv01'"));
    writeFileSync(at('bad.yml'), PLAY.replace('name: bad0', 'name: "b d"').replace('BROKEN', "'hv02'"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (command: string, ...args: string[]) => {
    const login = ['--ssh-config', 'none', '-u', 'root'];
    return runCli([command, at('good.yml'), '-i', at('inventory.yml'), ...login, ...args]);
  };
  async function writePart(command: string, name: string, ...args: string[]): Promise<string> {
    const { stdout } = await run(command, '--format', 'json', ...args);
    writeFileSync(at(name), stdout);
    return at(name);
  }

  it.each([
    ['plan', []],
    ['drift', []],
    ['apply', ['--yes']],
  ])('%s: three parts are the whole, as JSON, as text and by the exit code', async (command, args) => {
    const parts: string[] = [];
    for (const index of [3, 1, 2]) {
      parts.push(await writePart(command, `part${index}.json`, '--shard', `${index}/3`, ...args));
    }
    const whole = await run(command, '--format', 'json', ...args);
    expect(JSON.parse(whole.stdout).hosts).toHaveLength(HOSTS.length);
    const merged = await runCli(['merge', ...parts, '--format', 'json']);
    expect([merged.stdout, merged.code]).toEqual([whole.stdout, whole.code]);
    expect(merged.code).toBe(4);
    const text = await run(command, ...args);
    expect((await runCli(['merge', ...parts])).stdout).toBe(text.stdout);
  });

  it('three parts are the whole in every format but prometheus, which says when a run was', async () => {
    const formats = FORMAT_NAMES.filter((name) => name !== 'prometheus');
    const reports = (prefix: string) =>
      formats.flatMap((name) => ['--report', `${name}=${at(`${prefix}.${name}`)}`]);
    const login = ['-i', at('inventory.yml'), '--ssh-config', 'none', '-u', 'root'];
    const drift = (...args: string[]) => runCli(['drift', at('warned.yml'), ...login, ...args]);
    await drift(...reports('whole'));
    for (const part of [1, 2, 3])
      await drift('--shard', `${part}/3`, '--report', `json=${at(`p${part}.json`)}`);
    await runCli(['merge', at('p2.json'), at('p3.json'), at('p1.json'), ...reports('merged')]);
    for (const name of formats) {
      expect(readFileSync(at(`merged.${name}`), 'utf8'), name).toBe(
        readFileSync(at(`whole.${name}`), 'utf8'),
      );
    }
    expect(readFileSync(at('merged.sarif'), 'utf8')).toContain('libvirt reserves');
  });

  it('an empty part is a report and no failure', async () => {
    // hv02 is in part 2.
    const empty = await run('plan', '--format', 'json', '--shard', '1/3', '--limit', 'hv02');
    expect([empty.code, JSON.parse(empty.stdout).hosts]).toEqual([0, []]);
    expect(empty.stderr).toBe('shard 1/3: 0 of 1 host\n');
  });

  it('a part that is missing is named, and a report that was cut off with its file', async () => {
    const part = await writePart('plan', 'a.json', '--shard', '1/3');
    const missing = await runCli(['merge', part]);
    expect([missing.code, missing.stdout]).toEqual([1, '']);
    expect(missing.stderr).toContain('the run is not whole: 2/3, 3/3 are missing');
    writeFileSync(at('cut.json'), '{"format_version": "1.0", "hosts": [');
    const cut = await runCli(['merge', part, at('cut.json'), at('none.json')]);
    expect([cut.code, cut.stdout]).toEqual([1, '']);
    expect(cut.stderr).toContain('cut.json is not JSON, or only a part of it');
    expect(cut.stderr).toContain('none.json cannot be read: there is no such file');
  });

  it.each(['4/3', '0/3', '1', '1/0', 'a/b', '-1/3'])(
    '--shard %s is refused before a host is touched',
    async (shard) => {
      const { code, stdout, stderr } = await run('plan', `--shard=${shard}`);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('i/n');
    },
  );

  it('a mistake for one host stops every part', async () => {
    for (const shard of ['1/2', '2/2']) {
      const args = [at('bad.yml'), '-i', at('inventory.yml'), '--shard', shard];
      const { code, stderr } = await runCli(['plan', ...args]);
      expect([code, stderr]).toEqual([1, expect.stringContaining('"b d"')]);
    }
  });
});
