/** Does a sleep end when it is due, however the time moves, and no sooner than it has to? */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Alarm } from '../../../src/fleet/alarm.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const now = () => Date.now();
const never = () => false;

function sleeping(sleep: Promise<void>) {
  const state = { over: false };
  void sleep.then(() => {
    state.over = true;
  });
  return state;
}

test('a time that moves is waited for where it is in the end', async () => {
  const alarm = new Alarm(now);
  let due = 1_000;
  const sleep = sleeping(alarm.until(() => due, never));
  due = 3_000;
  await vi.advanceTimersByTimeAsync(2_999);
  expect(sleep.over).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(sleep.over).toBe(true);
});

test('what is due sooner wakes it, what is due later does not', async () => {
  const alarm = new Alarm(now);
  let [due, looked] = [60_000, 0];
  const sleep = sleeping(
    alarm.until(() => {
      looked++;
      return due;
    }, never),
  );
  for (let n = 0; n < 1_000; n++) alarm.wakeBy(61_000);
  await vi.advanceTimersByTimeAsync(10);
  expect(looked).toBe(1);
  due = 100;
  alarm.wakeBy(due);
  await vi.advanceTimersByTimeAsync(89);
  expect(sleep.over).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(sleep.over).toBe(true);
});

test('it ends where there is nothing to wait for any more', async () => {
  const alarm = new Alarm(now);
  let over = false;
  const sleep = sleeping(
    alarm.until(
      () => 60_000,
      () => over,
    ),
  );
  over = true;
  alarm.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(sleep.over).toBe(true);
});

test('a pause ends when it is woken', async () => {
  const alarm = new Alarm(now);
  const sleep = sleeping(alarm.pause(60_000, never));
  await vi.advanceTimersByTimeAsync(0);
  expect(sleep.over).toBe(false);
  alarm.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(sleep.over).toBe(true);
});

test('a year is no moment', async () => {
  const alarm = new Alarm(now);
  let looked = 0;
  sleeping(
    alarm.until(() => {
      looked++;
      return 365 * 86_400_000;
    }, never),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looked).toBe(1);
});
