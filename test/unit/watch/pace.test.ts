/** When is a host read next: alone, after events, and in a flood of them? */
import { expect, test } from 'vitest';
import { BURST, LONGEST_SETTLE_MS, Pace, REFILL_MS, SETTLE_MS } from '../../../src/watch/pace.ts';

const INTERVAL = 60_000;

function pace(random = 0.5): Pace {
  const made = new Pace({ intervalMs: INTERVAL, random: () => random });
  made.began(0);
  made.ended(0);
  return made;
}

/** Reads at every moment that is due, for as long as events come every `gap` ms; when each read began. */
function flood(made: Pace, gap: number, lastsMs: number): number[] {
  const reads: number[] = [];
  for (let now = 10_000; now <= 10_000 + lastsMs; now += gap) {
    while (made.due.at <= now) {
      const { at } = made.due;
      reads.push(at);
      made.began(at);
      made.ended(at);
    }
    made.event(now);
  }
  return reads;
}

test('an event is read once the host has been quiet for a moment', () => {
  const made = pace();
  made.event(1_000);
  expect(made.due).toEqual({ at: 1_000 + SETTLE_MS, cause: 'event' });
  made.event(1_100);
  expect(made.due).toEqual({ at: 1_100 + SETTLE_MS, cause: 'event' });
  made.began(1_250);
  expect(made.due.cause).toBe('interval');
});

test('events that do not end do not put the read off', () => {
  const [first] = flood(pace(), 5, 2_000);
  expect(first).toBe(10_000 + LONGEST_SETTLE_MS);
});

test('a flood is read about once a second after the first few', () => {
  const seconds = 30;
  const reads = flood(pace(), 1, seconds * 1000);
  expect(reads.length).toBeGreaterThan(seconds - 2);
  expect(reads.length).toBeLessThanOrEqual(BURST + seconds);
  const late = reads.slice(BURST + 1);
  for (const [n, at] of late.entries()) {
    if (n > 0) expect(at - (late[n - 1] ?? 0)).toBeGreaterThanOrEqual(REFILL_MS - 1);
  }
});

test('what comes while the host is read is for the next read', () => {
  const made = pace();
  made.event(1_000);
  made.began(1_150);
  made.event(1_160);
  made.ended(1_200);
  expect(made.due).toEqual({ at: 1_160 + SETTLE_MS, cause: 'event' });
});

test('after a quiet time as many may follow each other again', () => {
  const made = pace();
  flood(made, 1, 10_000);
  // What the flood left is read, and then nothing comes.
  made.began(made.due.at);
  const later = 40_000;
  for (let n = 0; n < BURST; n++) {
    const at = later + 10 + n * 200;
    made.event(at);
    expect(made.due.at).toBe(at + SETTLE_MS);
    made.began(at + SETTLE_MS);
    made.ended(at + SETTLE_MS);
  }
});

test.each([
  [0, 0.1, 0.9],
  [0.999, 1, 1.1],
])('the first interval is spread, the others differ by a tenth (chance %d)', (random, first, others) => {
  const made = new Pace({ intervalMs: INTERVAL, random: () => random });
  made.began(0);
  made.ended(0);
  expect(made.due.at / INTERVAL).toBeCloseTo(first, 2);
  made.began(100_000);
  made.ended(100_000);
  expect((made.due.at - 100_000) / INTERVAL).toBeCloseTo(others, 2);
});

test('events never put the interval off', () => {
  const made = pace();
  const { at } = made.due;
  made.event(at - 10);
  expect(made.due).toEqual({ at, cause: 'interval' });
});

test('it can be asked for', () => {
  const made = pace();
  made.hurry(5_000);
  expect(made.due.at).toBe(5_000);
});
