/** Does a program that never begins get the end of its input, and one that has begun keep it open for the answer? */
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { converse } from '../../../src/remote/conversation.ts';

const REPLY = { begun: 'begun\n', after: 'asks\n', say: () => 'confirm\n' };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function program() {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let end = (_code: number) => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const answer = converse(
    { stdin, stdout, stderr, ended, kill: () => undefined },
    { stdin: 'program\n', reply: REPLY, timeoutMs: 300_000 },
  );
  return { stdin, stdout, end, answer, input: () => String(stdin.read() ?? '') };
}

test('the end of the input comes where something else reads it', async () => {
  const { stdin, stdout, end, answer, input } = program();
  await vi.advanceTimersByTimeAsync(5_000);
  expect([input(), stdin.writableEnded]).toEqual(['program\n', false]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stdin.writableEnded).toBe(true);
  // A late program asks in vain; its answer is whole, and nothing is written after the end.
  stdout.write('begun\nasks\n');
  await vi.advanceTimersByTimeAsync(0);
  end(0);
  expect((await answer).stdout).toBe('begun\nasks\n');
  expect([input(), stdin.errored]).toEqual(['', null]);
});

test('a program that has begun is told what it asks for, however late', async () => {
  const { stdin, stdout, end, answer, input } = program();
  stdout.write('beg');
  stdout.write('un\n');
  await vi.advanceTimersByTimeAsync(120_000);
  expect([input(), stdin.writableEnded]).toEqual(['program\n', false]);
  stdout.write('asks\n');
  await vi.advanceTimersByTimeAsync(0);
  expect([input(), stdin.writableEnded]).toEqual(['confirm\n', true]);
  end(0);
  await answer;
});
