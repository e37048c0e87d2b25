/** Those who look on at a run: a fault in one of them reaches nobody else, and is said. */
import { expect, test } from 'vitest';
import { tellEach } from '../../../src/cli/observers.ts';

test('all are told in order, one that throws too, and its fault is said once', () => {
  const heard: string[] = [];
  const said: string[] = [];
  const tell = tellEach<string>(
    [
      { tell: (event) => heard.push(`a ${event}`) },
      {
        tell: (event) => {
          heard.push(`b ${event}`);
          throw new TypeError('of ours');
        },
      },
      { tell: (event) => heard.push(`c ${event}`) },
    ],
    (text) => said.push(text),
  );
  tell('one');
  tell('two');
  expect(heard).toEqual(['a one', 'b one', 'c one', 'a two', 'b two', 'c two']);
  expect(said).toEqual([
    expect.stringMatching(
      /fault in tapfleet itself, please report it; the run goes on:\nTypeError: of ours\n.*at /s,
    ),
  ]);
});
