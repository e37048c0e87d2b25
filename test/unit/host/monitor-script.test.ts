/** Does the program that listens tell of events under every shell, and does nothing of it stay when its input ends? */
import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newNonce } from '../../../src/host/frame.ts';
import { monitorCommand, monitorReader } from '../../../src/host/monitor-script.ts';
import { Lines } from '../../../src/remote/following.ts';
import { describeWith } from '../../support/needs.ts';
import { randomIndexBase, TestNamespace } from '../../support/netns.ts';

const runs = (shell: string) => spawnSync(`${shell} -c true`, { shell: true }).status === 0;
const SHELLS = ['sh', 'dash', 'bash', 'busybox sh', 'ksh', 'zsh', 'fish', 'tcsh'].filter(runs);

test('noise before it, and lines of other runs, are no events', () => {
  const heard: string[] = [];
  const read = monitorReader('abc', { begun: () => heard.push('begun'), event: (line) => heard.push(line) });
  for (const line of [
    '2: eno1: <UP>',
    '@@tapfleet:other:begin',
    'welcome',
    '@@tapfleet:abc:begin',
    '3: web0: <UP>',
    '',
    '@@tapfleet:abc:end',
    '4: db0: <UP>',
  ]) {
    read(line);
  }
  expect(heard).toEqual(['begun', '3: web0: <UP>']);
});

describeWith(['root', 'ip'], 'in a namespace', () => {
  const netns = new TestNamespace(`tft-${newNonce().slice(0, 12)}`);
  beforeAll(() => netns.make(randomIndexBase()));
  afterAll(() => netns.remove());

  test.each(SHELLS)('by %s', async (shell) => {
    const nonce = newNonce();
    const words = [
      ...shell.split(' '),
      '-c',
      monitorCommand(nonce).replace('/bin/sh', shell === 'busybox sh' ? shell : '/bin/sh'),
    ];
    // In a session of its own, as sshd gives one.
    const child = spawn('ip', ['netns', 'exec', netns.name, ...words], {
      stdio: 'pipe',
      detached: true,
      env: { PATH: process.env.PATH, HOME: '/nonexistent', SSH_CONNECTION: '10.9.9.1 4000 10.9.9.2 22' },
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await new Promise<void>((resolve) => {
      let isMade = false;
      const make = () => {
        // It listens a moment after it has begun: the link is toggled until it has heard of it.
        netns.ip(`link set dev eno1 ${isMade ? 'multicast on' : 'multicast off'}`).then(() => {
          isMade = !isMade;
          if (!heard) make();
        });
      };
      let heard = false;
      const read = monitorReader(nonce, {
        begun: make,
        event: () => {
          heard = true;
          resolve();
        },
      });
      const lines = new Lines(read);
      child.stdout.on('data', (piece: Buffer) => lines.add(piece.toString()));
    });
    child.stdin.end();
    await ended;
    // Its pipes are closed before the kernel has done with the last process.
    await vi.waitFor(
      () => expect(spawnSync('ip', ['netns', 'pids', netns.name], { encoding: 'utf8' }).stdout).toBe(''),
      { timeout: 10_000 },
    );
  });
});
