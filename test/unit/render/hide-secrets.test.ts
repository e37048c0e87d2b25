import { expect, test } from 'vitest';
import { hideSecrets } from '../../../src/render/hide-secrets.ts';

test.each<[string, readonly string[], string, string]>([
  ['nothing to hide', [], 'a hunter2 b', 'a hunter2 b'],
  ['in the middle of a word', ['hunter2'], 'ahunter2b', 'a********b'],
  ['every time', ['hunter2'], 'hunter2 hunter2', '******** ********'],
  ['short ones stay', ['abc'], 'abc', 'abc'],
  ['the longest wins', ['hunter', 'hunter2!'], 'hunter2! hunter', '******** ********'],
  ['as JSON writes it', ['pa"ss\\word'], '{"a":"pa\\"ss\\\\word"}', '{"a":"********"}'],
  ['but no key of JSON', ['hosts'], '{"hosts":["hosts"]}', '{"hosts":["********"]}'],
  ['signs of regular expressions', ['.*+?()[]{}|^$'], 'x.*+?()[]{}|^$y', 'x********y'],
  ['several lines, each', ['first line\nsecond line\n'], 'x second line first', 'x ******** first'],
])('%s', (_title, secrets, text, expected) => {
  expect(hideSecrets(text, secrets)).toBe(expected);
});
