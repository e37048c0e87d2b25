import { expect, test } from 'vitest';
import { Questions } from '../../../src/remote/questions.ts';

const hidden = (prompt: string) => ({ prompt, echo: false });

test('the first hidden question is told the password, no other, and what was asked besides is kept', () => {
  const questions = new Questions('geheim');
  expect(questions.answers([])).toEqual([]);
  expect(questions.answers([{ prompt: 'Login: ', echo: true }, hidden('Password: ')])).toEqual([
    '',
    'geheim',
  ]);
  expect(questions.unanswered).toBe('Login:');
  expect(questions.answers([hidden('New password: ')])).toEqual(['']);
});

test('a password that is all that was asked for leaves no question', () => {
  const questions = new Questions('geheim');
  expect(questions.answers([hidden('Password: ')])).toEqual(['geheim']);
  expect(questions.unanswered).toBeUndefined();
  questions.answers([hidden(`${'x'.repeat(200)}\n\nCode: `)]);
  expect(questions.unanswered).toMatch(/^x{114} Code:$/);
});
