/** Is only that tried which the server takes, and a password told once? */
import type { AnyAuthMethod } from 'ssh2';
import { expect, test } from 'vitest';
import { authOrder } from '../../../src/remote/auth-order.ts';

const METHODS = ['agent', 'publickey', 'publickey', 'password', 'keyboard-interactive'].map(
  (type) => ({ type, username: 'root' }) as AnyAuthMethod,
);

/** What is tried where the server answers each try with what it goes on with; `!` where the try was half of it. */
function tried(answers: readonly string[], methods = METHODS): string[] {
  const next = authOrder(methods);
  const all: string[] = [];
  for (let taken: readonly string[] | null = null, partial: boolean | null = null; ; ) {
    const method = next(taken, partial);
    if (method === false) return all;
    const answer = answers[all.push(method.type) - 1] ?? answers.at(-1) ?? '';
    partial = answer.startsWith('!');
    taken = answer.replace('!', '').split(',');
  }
}

test.each([
  [
    'all, in order, the password once',
    ['publickey,password,keyboard-interactive'],
    ['agent', 'publickey', 'publickey', 'password'],
  ],
  ['no keys where none are taken', ['password'], ['agent', 'password']],
  [
    'the other way to ask where there is no password',
    ['publickey,keyboard-interactive'],
    ['agent', 'publickey', 'publickey', 'keyboard-interactive'],
  ],
  ['a password after the right key', ['publickey', '!password'], ['agent', 'publickey', 'password']],
  [
    'questions after the right key',
    ['publickey', '!keyboard-interactive'],
    ['agent', 'publickey', 'keyboard-interactive'],
  ],
  [
    'no code that nobody knows after the right password',
    ['password', '!keyboard-interactive'],
    ['agent', 'password'],
  ],
])('%s', (_title, answers, expected) => {
  expect(tried(answers)).toEqual(expected);
});

test('no password where the host may not be told one', () => {
  const next = authOrder(METHODS, () => false);
  const all = Array.from({ length: 4 }, () => next(null, null));
  expect(all.map((one) => (one ? one.type : one))).toEqual(['agent', 'publickey', 'publickey', false]);
});

test('a password that the server never took was not told: it is asked for in the other way', () => {
  expect(tried(['keyboard-interactive'], METHODS.slice(3))).toEqual(['password', 'keyboard-interactive']);
});
