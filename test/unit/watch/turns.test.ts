/** Do so many work at once and no more, in the order they came, whoever gives a turn up? */
import { expect, test } from 'vitest';
import { Turns } from '../../../src/watch/turns.ts';

/** When all that can happen by now has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('so many at once, the others in order', async () => {
  const turns = new Turns(2);
  const log: string[] = [];
  const begun = ['a', 'b', 'c', 'd'].map(async (name) => {
    const turn = await turns.begin();
    log.push(name);
    return turn;
  });
  await settled();
  expect(log).toEqual(['a', 'b']);
  const first = await begun[0];
  first?.release();
  first?.release();
  await settled();
  expect(log).toEqual(['a', 'b', 'c']);
});

test('who gave it up waits behind the others', async () => {
  const turns = new Turns(1);
  const log: string[] = [];
  const first = await turns.begin();
  const second = turns.begin().then((turn) => {
    log.push('second');
    return turn;
  });
  await first.take();
  first.release();
  const back = first.take().then(() => log.push('first'));
  await settled();
  expect(log).toEqual(['second']);
  (await second).release();
  await back;
  expect(log).toEqual(['second', 'first']);
});
