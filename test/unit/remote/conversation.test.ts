/** Does a program that never begins get the end of its input, and one that has begun keep it open for the answer? */
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ExecOptions } from '../../../src/remote/connection.ts';
import { converse } from '../../../src/remote/conversation.ts';

const REPLY = { begun: 'begun\n', after: 'asks\n', say: () => ({ text: 'confirm\n' }) };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function program(reply: NonNullable<ExecOptions['reply']> = REPLY) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let end = (_code: number) => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const kill = vi.fn();
  const answer = converse(
    { stdin, stdout, stderr, ended, kill },
    { stdin: 'program\n', reply, timeoutMs: 300_000 },
  );
  return { stdin, stdout, end, answer, kill, input: () => String(stdin.read() ?? '') };
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

test.each([
  ['has not begun is nudged, once', '', 'program\n\n'],
  ['has begun is not', 'begun\n', 'program\n'],
])('a program that %s', async (_title, first, written) => {
  const { stdin, stdout, end, answer, input } = program({ ...REPLY, nudge: '\n' });
  await vi.advanceTimersByTimeAsync(400);
  stdout.write(first);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([input(), stdin.writableEnded]).toEqual([written, false]);
  end(0);
  await answer;
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

test('what it asks next is answered too, and its time begins anew', async () => {
  const next = { after: 'asks again\n', say: (stdout: string) => ({ text: `heard ${stdout.length}\n` }) };
  const { stdin, stdout, end, answer, input } = program({
    ...REPLY,
    say: () => ({ text: 'do this\n', next, timeoutMs: 400_000 }),
  });
  await vi.advanceTimersByTimeAsync(9_500);
  stdout.write('begun\nasks\n');
  await vi.advanceTimersByTimeAsync(0);
  expect([input(), stdin.writableEnded]).toEqual(['program\ndo this\n', false]);
  await vi.advanceTimersByTimeAsync(399_000);
  stdout.write('asks again\n');
  await vi.advanceTimersByTimeAsync(0);
  expect([input(), stdin.writableEnded]).toEqual(['heard 22\n', true]);
  end(0);
  expect((await answer).code).toBe(0);
});

test.each([0, 1])('one that is silent before question %d gets the end of its input', async (answered) => {
  const next = { after: 'asks again\n', say: () => ({ text: 'confirm\n' }), quietMs: 5_000 };
  const { stdin, stdout, end, answer, input } = program({
    ...REPLY,
    quietMs: 5_000,
    say: () => ({ text: 'do this\n', next }),
  });
  stdout.write(answered ? 'begun\nasks\n' : 'begun\n');
  await vi.advanceTimersByTimeAsync(4_000);
  stdout.write('half of');
  await vi.advanceTimersByTimeAsync(4_000);
  expect([input(), stdin.writableEnded]).toEqual([answered ? 'program\ndo this\n' : 'program\n', false]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([input(), stdin.writableEnded]).toEqual(['', true]);
  end(0);
  expect((await answer).code).toBe(0);
});

test('past the time of what was said it is given up', async () => {
  const { stdout, answer, kill } = program({
    ...REPLY,
    say: () => ({ text: 'do this\n', timeoutMs: 7_000 }),
  });
  const failed = expect(answer).rejects.toMatchObject({
    problem: { kind: 'timeout', message: expect.stringContaining('within 7 s') },
  });
  stdout.write('begun\nasks\n');
  await vi.advanceTimersByTimeAsync(7_000);
  await failed;
  expect(kill).toHaveBeenCalledOnce();
});

test('where it is told that this was all, not even its end is waited for', async () => {
  const { stdin, stdout, answer, input } = program({ ...REPLY, say: () => ({ text: 'bye\n', last: true }) });
  stdout.write('begun\nasks\n');
  expect(await answer).toEqual({ stdout: 'begun\nasks\n', stderr: '', code: undefined });
  expect([input(), stdin.writableEnded]).toEqual(['program\nbye\n', true]);
});

test('a fault in what is to be said ends the program and is thrown', async () => {
  const say = () => {
    throw new TypeError('no such thing');
  };
  const { stdout, answer, kill } = program({ ...REPLY, say });
  const failed = expect(answer).rejects.toThrow('no such thing');
  stdout.write('begun\nasks\n');
  await failed;
  expect(kill).toHaveBeenCalledOnce();
});
