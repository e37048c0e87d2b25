/** When is a host tried again, and who has its slot meanwhile? */
import { expect, test } from 'vitest';
import { deadlineIn, patiently, persistently } from '../../../src/fleet/patience.ts';
import { HostTrouble } from '../../../src/remote/connection.ts';
import { pauseMs } from '../../../src/remote/try-again.ts';

const FOREVER = deadlineIn(undefined);
const broken = (transient: boolean) =>
  new HostTrouble({ kind: 'connection-lost', message: 'it broke' }, transient);

function slotThatTells() {
  const events: string[] = [];
  return {
    events,
    slot: {
      release: () => {
        events.push('release');
      },
      take: async () => {
        events.push('take');
      },
    },
  };
}

test.each([
  ['what may pass, until it does', true, 2, 3, 'done'],
  ['what may pass, no more often than asked', true, 1, 2, 'it broke (tried 2 times)'],
  ['what cannot change, never', false, 5, 1, 'it broke'],
])('tries again %s', async (_title, transient, retries, attempts, ends) => {
  const { slot, events } = slotThatTells();
  let tried = 0;
  const told: number[] = [];
  const result = await persistently(
    slot,
    FOREVER,
    { retries, random: () => 0, retrying: (_trouble, attempt) => told.push(attempt) },
    async () => {
      tried++;
      if (tried < 3) throw broken(transient);
      return 'done';
    },
  ).catch((error: unknown) => (error as Error).message);
  expect([tried, result]).toEqual([attempts, ends]);
  expect(told).toEqual(Array.from({ length: attempts - 1 }, (_, n) => n + 2));
  expect(events).toEqual(
    Array(attempts - 1)
      .fill(['release', 'take'])
      .flat(),
  );
});

test('a fault of ours is never tried again', async () => {
  let tried = 0;
  const work = () => {
    tried++;
    return Promise.reject(new TypeError('a fault'));
  };
  await expect(persistently(slotThatTells().slot, FOREVER, { retries: 3 }, work)).rejects.toThrow('a fault');
  expect(tried).toBe(1);
});

test('nothing is tried again after a stop, nor where no time is left for it', async () => {
  const stopped = AbortSignal.abort();
  const fail = () => Promise.reject(broken(true));
  const { slot, events } = slotThatTells();
  await expect(persistently(slot, FOREVER, { retries: 3, stop: stopped }, fail)).rejects.toThrow(
    /^it broke$/,
  );
  const short = deadlineIn(100, () => 0);
  await expect(persistently(slot, short, { retries: 3 }, fail)).rejects.toThrow(/^it broke$/);
  expect(events).toEqual([]);
});

test('a stop ends a pause, and what is known of the host stays', async () => {
  for (const when of ['in the pause', 'in the attempt after it']) {
    const { slot } = slotThatTells();
    const stop = new AbortController();
    let tried = 0;
    const result = persistently(
      slot,
      FOREVER,
      {
        retries: 5,
        stop: stop.signal,
        random: () => 0,
        retrying: (_trouble, attempt) => {
          if (when === 'in the pause' && attempt === 3) stop.abort();
        },
      },
      async () => {
        tried++;
        if (tried < 3) throw broken(true);
        stop.abort();
        throw new HostTrouble({ kind: 'interrupted', message: 'interrupted while connecting' });
      },
    );
    await expect(result).rejects.toThrow(/^it broke \(tried 2 times\)$/);
    expect(tried).toBe(when === 'in the pause' ? 2 : 3);
  }
});

test('pauses double, with half of each left to chance, and have an end', () => {
  const at = (random: number) => [2, 3, 4, 9].map((attempt) => pauseMs(attempt, () => random));
  expect(at(0)).toEqual([250, 500, 1000, 5000]);
  expect(at(0.999).map(Math.round)).toEqual([500, 1000, 1999, 9995]);
});

test('a slot is free while something takes long, and taken before it goes on', async () => {
  const { slot, events } = slotThatTells();
  let finish = () => {};
  const work = new Promise<string>((resolve) => {
    finish = () => resolve('late');
  });
  const released = {
    ...slot,
    release: () => {
      slot.release();
      finish();
    },
  };
  expect(await patiently(released, 1, work)).toBe('late');
  expect(events).toEqual(['release', 'take']);
});

test('time runs out, and no further', () => {
  let now = 1000;
  const deadline = deadlineIn(500, () => now);
  now = 1200;
  expect(deadline.leftMs()).toBe(300);
  now = 9999;
  expect(deadline.leftMs()).toBe(0);
});
