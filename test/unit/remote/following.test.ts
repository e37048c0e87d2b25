/** Lines as they come, however they are cut, and the end of what goes on. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { followProgram, Lines } from '../../../src/remote/following.ts';

test('lines are whole, however they come', () => {
  const got: string[] = [];
  const lines = new Lines((line) => got.push(line));
  for (const piece of ['on', 'e\ntw', 'o\r\n', '\n', 'three\nfour\nfi']) lines.add(piece);
  expect(got).toEqual(['one', 'two', '', 'three', 'four']);
});

test('a line without end takes no memory, and the next one is heard', () => {
  const got: string[] = [];
  const lines = new Lines((line) => got.push(line.slice(0, 10)));
  for (let n = 0; n < 1_000; n++) lines.add('x'.repeat(1_000));
  lines.add('\nnext\n');
  lines.add(`${'y'.repeat(70_000)}\nlast\n`);
  expect(got).toEqual(['next', 'last']);
});

test('the signal closes its input; it has ended when the program has', async () => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let end = (_code: number) => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const abort = new AbortController();
  const got: string[] = [];
  const program = { stdin, stdout, stderr, ended, kill: () => {} };
  const following = followProgram(program, { onLine: (line) => got.push(line), signal: abort.signal });
  stdout.write('a\nb');
  stderr.write('oh no\n');
  stdin.once('finish', () => end(0));
  stdin.resume();
  abort.abort();
  expect(await following).toBe('oh no\n');
  expect(got).toEqual(['a']);
});
