/** Does a program run whole or not at all? The loader, really run by every shell that may stand behind /bin/sh. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { applyCommand, applyInput } from '../../../src/host/apply-script.ts';
import { readApply } from '../../../src/host/read-apply.ts';
import { POSIX_SHELLS } from '../../support/shells.ts';

const N = '0123456789abcdef01';
/** Every line of it would be a trace; a name in UTF-8 has more bytes than characters. */
const PROGRAM = Array.from({ length: 300 }, (_, n) => `echo "trace ${n}: it’s 漢 "'\\'`).join('\n');
const INPUT = Buffer.from(applyInput(`${PROGRAM}\n`, N));

const run = (shell: string, input: Buffer) =>
  spawnSync('/bin/sh', ['-c', applyCommand(N).replace('/bin/sh', shell)], {
    input,
    encoding: 'utf8',
    // bash reads .bashrc where it thinks sshd started it.
    env: { PATH: process.env.PATH, HOME: '/nonexistent', LC_ALL: 'C.UTF-8' },
  });

describe.each(POSIX_SHELLS)('%s', (shell) => {
  test.each([
    ['as it was sent', INPUT],
    ['with its empty line eaten', INPUT.subarray(1)],
    ['with other lines before it', Buffer.concat([Buffer.from(': begin ff 1 \nx\n'), INPUT])],
    ['with more after it', Buffer.concat([INPUT, Buffer.from('confirm\n')])],
  ])('runs it %s', (_title, input) => {
    const { stdout } = run(shell, input);
    expect(stdout.match(/^trace \d+: it’s 漢 \\$/gm)).toHaveLength(300);
  });

  test.each([
    ['nothing came', INPUT.subarray(INPUT.length)],
    ['two bytes were eaten', INPUT.subarray(2)],
    ['the first line was eaten', INPUT.subarray(INPUT.indexOf('\n', 1) + 1)],
    ['half of it was eaten', INPUT.subarray(INPUT.length / 2)],
    ['all but the end was eaten', INPUT.subarray(-10)],
    ['the end was cut off', INPUT.subarray(0, INPUT.length - 2)],
    ['half of it was cut off', INPUT.subarray(0, INPUT.length / 2)],
    ['only the beginning came', INPUT.subarray(0, 40)],
    ['a piece in the middle is missing', Buffer.concat([INPUT.subarray(0, 500), INPUT.subarray(501)])],
    ['it is another run’s', Buffer.from(applyInput(PROGRAM, 'ffffffffffffffffff'))],
  ])('runs nothing of it where %s', (_title, input) => {
    const { stdout, stderr, status } = run(shell, input);
    expect(stdout).not.toContain('trace');
    expect(readApply({ stdout, stderr, code: status ?? undefined }, N)).toEqual({
      kind: 'untouched',
      problem: {
        kind: 'bad-answer',
        message: expect.stringMatching(/did not arrive whole.*nothing was touched/),
      },
    });
  });
});
