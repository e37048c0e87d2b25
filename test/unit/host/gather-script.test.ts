/** Is a host asked for no more than a plan needs? The programs that reading one starts, counted as it really runs. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newNonce } from '../../../src/host/frame.ts';
import { type Asked, EVERYTHING, gatherCommand } from '../../../src/host/gather-script.ts';
import { readGather } from '../../../src/host/read-gather.ts';
import { describeWith, findProgram } from '../../support/needs.ts';
import { randomIndexBase, TestNamespace } from '../../support/netns.ts';

const LEAST: Asked = { prints: false, versions: false, holders: false };

describeWith(['root', 'macvtap', 'ip'], 'reading a host', () => {
  const base = randomIndexBase();
  const netns = new TestNamespace(`tft-${newNonce().slice(0, 12)}`);
  const folder = mkdtempSync(join(tmpdir(), 'tft-'));
  const log = join(folder, 'log');

  beforeAll(async () => {
    await netns.make(base);
    for (const line of [
      `link add link eno1 name web0 index ${base + 9} type macvtap mode bridge`,
      'link set dev web0 alias "]\n[{},]\n["',
      'address add 10.9.9.2/24 dev eno2',
      'address add fd00::9/64 dev eno1',
    ]) {
      expect(await netns.ip(line)).toMatchObject({ rc: 0 });
    }
    for (const name of ['ip', 'sed', 'find', 'xargs', 'stat', 'grep', 'id', 'uname', 'cat', 'tr']) {
      const script = `#!/bin/sh\necho "${name} $*" >>${log}\nexec ${findProgram(name)} "$@"\n`;
      writeFileSync(join(folder, name), script);
      chmodSync(join(folder, name), 0o755);
    }
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await netns.remove();
  });

  function gathered(asked: Asked, server = '10.9.9.2') {
    writeFileSync(log, '');
    const nonce = newNonce();
    const words = ['netns', 'exec', netns.name, '/bin/sh', '-c', gatherCommand(nonce, asked)];
    const env = { PATH: `${folder}:${process.env.PATH}`, SSH_CONNECTION: `10.9.9.1 4000 ${server} 22` };
    const { stdout, stderr, status } = spawnSync(findProgram('ip') ?? 'ip', words, { env, encoding: 'utf8' });
    const reading = readGather({ stdout, stderr, code: status ?? undefined }, nonce);
    if ('problem' in reading) throw new Error(reading.problem.message);
    const ran = readFileSync(log, 'utf8').trim().split('\n');
    return { state: reading.observed, ran };
  }

  test('takes one program where nothing else is asked for', () => {
    const { state, ran } = gathered(LEAST);
    expect(ran).toEqual(['ip -j -d -batch -']);
    expect(state).toMatchObject({ root: true, iproute2: '', managementDevice: 'eno2' });
    expect([state.prints.size, state.macvtaps.get('web0')?.holders]).toEqual([0, 'unknown']);
    expect(state.links.get('eno1')?.addrgenmode).toBe('eui64');
    // A macvtap that shows it is enough.
    expect(state.knowsBcqueuelen).toBe(true);
  });

  test('takes what else is asked for', () => {
    const { state, ran } = gathered(EVERYTHING);
    expect(ran.filter((one) => /^ip|^sed|^find/.test(one)).map((one) => one.split(' ')[0])).toEqual(
      expect.arrayContaining(['ip', 'sed', 'find']),
    );
    expect(state.iproute2).toMatch(/^iproute2/);
    expect([...state.prints.keys()]).toContain('eno1');
    expect(state.macvtaps.get('web0')?.holders).toEqual([]);
  });

  test('prints what does not change by itself, also of a bridge', async () => {
    for (const line of ['link add name br9 type bridge', 'link set dev br9 up']) {
      expect(await netns.ip(line)).toMatchObject({ rc: 0 });
    }
    // The timer of its garbage collection counts down in hundredths of a second.
    const text = async () => (await netns.ip('-d -o link show dev br9')).stdout;
    const [before, first] = [await text(), gathered(EVERYTHING).state.prints.get('br9')];
    await vi.waitFor(async () => expect(await text()).not.toBe(before));
    expect(gathered(EVERYTHING).state.prints.get('br9')).toBe(first);
    expect(first).toContain(' bridge forward_delay 1500 ');
  });

  test.each([
    ['fd00::9', 'eno1'],
    ['::ffff:10.9.9.2', 'eno2'],
    ['fe80::1%eno1', undefined],
    ['10.9.9.99', undefined],
    ['', undefined],
  ])('of the way in to %j: %s', (server, device) => {
    const { state } = gathered(LEAST, server);
    expect(state.managementDevice).toBe(device);
    expect([...state.macvtaps.keys()]).toEqual(['web0']);
  });
});
