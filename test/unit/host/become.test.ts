/** Does the command line for sudo reach it unchanged through every login shell, and what does sudo's answer mean? */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askedAgain, elevate, elevationOf, judgeElevation } from '../../../src/host/become.ts';
import { commandLine, newNonce } from '../../../src/host/frame.ts';
import { gatherCommand } from '../../../src/host/gather-script.ts';

const SHELLS = ['sh', 'dash', 'bash', 'zsh', 'ksh', 'fish', 'csh', 'tcsh', 'busybox sh'].filter(
  (shell) => spawnSync(`${shell} -c true`, { shell: true }).status === 0,
);

/** Tells how it was called, then does as sudo would: everything up to `--` is its own. */
const FAKE_SUDO = `#!/bin/sh
echo "sudo LC_ALL=$LC_ALL"
while [ "$1" != -- ]; do echo "flag $1"; shift; done
shift; exec "$@"
`;
const SCRIPT = 'echo "$0|$1|$2|$#"; ps -o sid= -p $$ | tr -d " "; echo $$; echo to-stderr >&2; exit 7';

describe('the command line', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tft-'));
    writeFileSync(join(folder, 'sudo'), FAKE_SUDO);
    chmodSync(join(folder, 'sudo'), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const cases = SHELLS.flatMap((shell) => [
    { shell, asks: false, terminal: false },
    { shell, asks: true, terminal: false },
    { shell, asks: true, terminal: true },
  ]);

  test.each(cases)('by $shell, asks: $asks, terminal: $terminal', ({ shell, asks, terminal }) => {
    const nonce = newNonce();
    const elevation = elevationOf(nonce, asks, terminal);
    const line = elevate(commandLine(SCRIPT, 'what', nonce), elevation);
    const [program = '', ...flags] = shell.split(' ');
    const done = spawnSync(program, [...flags, '-c', line], {
      encoding: 'utf8',
      // fish and csh need more than nothing to start.
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        HOME: '/nonexistent',
        SSH_CONNECTION: '10.9.9.1 4000 10.9.9.2 22',
        LC_ALL: 'C.UTF-8',
      },
    });
    const said = done.stdout.trim().split('\n');
    const flag = asks ? ['flag -S', 'flag -p', `flag ${elevation.prompt}`] : ['flag -n'];
    const [sid, pid] = said.slice(-2);
    expect(said.slice(0, -2)).toEqual([
      'sudo LC_ALL=C',
      ...flag,
      '',
      elevation.entered,
      `what|${nonce}|10.9.9.1 4000 10.9.9.2 22|2`,
    ]);
    // A session of its own, and the code of what ran in it.
    expect(sid).toBe(pid);
    expect(done.status).toBe(7);
    expect(done.stderr.includes('to-stderr')).toBe(!terminal);
  });

  test('nothing in it that sudo expands, and no longer than old servers take', () => {
    const elevation = elevationOf(newNonce(), true, true);
    expect(elevation.prompt).toMatch(/^[a-z0-9:-]+$/);
    expect(elevate(gatherCommand(newNonce()), elevation).length).toBeLessThan(8192);
  });

  test('a command that is not ours is a fault', () => {
    expect(() => elevate('ip link', elevationOf(newNonce(), false, false))).toThrow(/command of ours/);
  });
});

describe('what sudo’s answer means', () => {
  const asking = elevationOf('ab', true, false);
  const silent = elevationOf('ab', false, false);
  const overTerminal = elevationOf('ab', true, true);
  const tty = 'sudo: sorry, you must have a tty to run sudo\n';

  test('let in, whatever the program then ended with', () => {
    const stdout = `motd\n${asking.entered}\n`;
    expect(judgeElevation({ stdout, stderr: 'sudo: noise', code: 7 }, asking)).toBeUndefined();
  });

  test('a terminal is wanted: once', () => {
    expect(judgeElevation({ stdout: '', stderr: tty, code: 1 }, asking)).toBe('terminal');
    expect(judgeElevation({ stdout: tty, stderr: '', code: 1 }, overTerminal)).toMatchObject({
      kind: 'privilege',
    });
  });

  test.each([
    ['a password', silent, 'sudo: a password is required\n', 1, 'privilege', /give it with -K/],
    [
      'no sudo',
      asking,
      'tapfleet-become: 1: exec: sudo: not found\n',
      127,
      'privilege',
      /no sudo on the host.*not found/,
    ],
    [
      'not allowed',
      asking,
      'tapfleet-ab:operator is not in the sudoers file.\n',
      1,
      'privilege',
      /: operator is not in/,
    ],
    ['no words', asking, '', 9, 'privilege', /it ended with code 9$/],
    ['broken off', asking, '', undefined, 'connection-lost', /before sudo answered$/],
    ['broken off with a word', asking, 'Killed\n', undefined, 'connection-lost', /answered: Killed$/],
  ] as const)('%s', (_title, elevation, stderr, code, kind, message) => {
    expect(judgeElevation({ stdout: '', stderr, code }, elevation)).toEqual({
      kind,
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['a word in between: a wrong password', '\nSorry, try again.\n', /refused the password for "me"/],
    ['nothing in between: a second question', '\r\n', /a second question after the password/],
  ])('asked again, %s', (_title, between, message) => {
    const problem = askedAgain(`${between}${asking.prompt}`, 'me', asking);
    expect(problem).toEqual({ kind: 'privilege', message: expect.stringMatching(message) });
  });
});
