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
  [
    'a number of JSON',
    ['1500'],
    '{\n  "mtu": 1500,\n  "a": 1500\n}',
    '{\n  "mtu": "********",\n  "a": "********"\n}',
  ],
  [
    'not part of a number',
    ['1500'],
    '{\n  "pid": 15001,\n  "a": "x 15001"\n}',
    '{\n  "pid": 15001,\n  "a": "x ********1"\n}',
  ],
  ['items of a list', ['1500'], '[\n  1500,\n  "1500"\n]', '[\n  "********",\n  "********"\n]'],
  [
    'a value of YAML',
    ['hunter2'],
    'alias: hunter2\nlist:\n  - hunter2\n',
    'alias: "********"\nlist:\n  - "********"\n',
  ],
  [
    'as an alias holds it',
    ['50%"of\\it#\'s\u0007'],
    'x 50%25%22of%5cit%23%27s%07 y "50%25%22OF%5CIT%23%27S%07"',
    'x ******** y "********"',
  ],
  [
    'as an alias holds it, as JSON writes that',
    ['tab\tand "\u2028x'],
    JSON.stringify({ a: 'tab%09and %22\u2028x' }),
    '{"a":"********"}',
  ],
  ['in capitals', ['hunter2', 'AB:CD'], 'HUNTER2 ab:cd', '******** ********'],
  ['cut off by a message', ['a long secret'], '"x a long sec…" a long', '"x ********…" a long'],
  ['nothing else that is cut off', ['a long secret'], 'a lo… an…', '********… an…'],
])('%s', (_title, secrets, text, expected) => {
  expect(hideSecrets(text, secrets)).toBe(expected);
});
