/** Who is at work when: slots given up and taken again, lanes, and the bound on all that are under way. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Slot, schedule } from '../../../src/fleet/schedule.ts';

/** Work that ends when the test says so. */
function stage<T>() {
  const begun: T[] = [];
  const slots = new Map<T, Slot>();
  const ends = new Map<T, () => void>();
  const work = (item: T, slot: Slot) =>
    new Promise<T>((resolve) => {
      begun.push(item);
      slots.set(item, slot);
      ends.set(item, () => resolve(item));
    });
  return {
    begun,
    work,
    slot: (item: T) => slots.get(item) as Slot,
    end: async (item: T) => {
      ends.get(item)?.();
      await settled();
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('nothing to do is done', async () => {
  expect(await schedule([], { slots: 3 }, async () => 1)).toEqual([]);
});

test('a slot that is given up serves another, and is taken again before new ones', async () => {
  const { begun, work, slot, end } = stage<string>();
  const all = schedule(['a', 'b', 'c'], { slots: 1 }, work);
  expect(begun).toEqual(['a']);
  slot('a').release();
  expect(begun).toEqual(['a', 'b']);
  let back = false;
  const taken = slot('a')
    .take()
    .then(() => {
      back = true;
    });
  await settled();
  expect(back).toBe(false);
  await end('b');
  expect(back).toBe(true);
  expect(begun).toEqual(['a', 'b']);
  await taken;
  await end('a');
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('c');
  expect(await all).toEqual(['a', 'b', 'c']);
});

test('giving up twice gives one slot, and taking one that is held takes none', async () => {
  const { begun, work, slot, end } = stage<string>();
  const all = schedule(['a', 'b', 'c'], { slots: 1 }, work);
  await slot('a').take();
  slot('a').release();
  slot('a').release();
  expect(begun).toEqual(['a', 'b']);
  await end('a');
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  await end('c');
  expect(await all).toEqual(['a', 'b', 'c']);
});

test('who has ended gives no slot', async () => {
  const { begun, work, slot, end } = stage<string>();
  const all = schedule(['a', 'b', 'c'], { slots: 1 }, work);
  await end('a');
  slot('a').release();
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  await end('c');
  await all;
});

test('who ends while it waits for a slot takes none', async () => {
  const { begun, work, slot, end } = stage<string>();
  const all = schedule(['a', 'b', 'c', 'd'], { slots: 1 }, work);
  slot('a').release();
  expect(begun).toEqual(['a', 'b']);
  void slot('a').take();
  await end('a');
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('c');
  await end('d');
  expect(await all).toEqual(['a', 'b', 'c', 'd']);
});

test('open bounds those that wait without a slot too', async () => {
  const { begun, work, slot, end } = stage<number>();
  const all = schedule([1, 2, 3], { slots: 1, open: 2 }, work);
  slot(1).release();
  slot(2).release();
  expect(begun).toEqual([1, 2]);
  await end(2);
  expect(begun).toEqual([1, 2, 3]);
  await end(1);
  await end(3);
  await all;
});

test('a full lane is passed over, and its next goes first when there is room', async () => {
  const { begun, work, end } = stage<string>();
  const laneOf = (item: string) => ({ key: item[0] ?? '', limit: 1 });
  const all = schedule(['a1', 'a2', 'a3', 'b1', 'c1'], { slots: 2, laneOf }, work);
  expect(begun).toEqual(['a1', 'b1']);
  await end('b1');
  expect(begun).toEqual(['a1', 'b1', 'c1']);
  await end('a1');
  expect(begun).toEqual(['a1', 'b1', 'c1', 'a2']);
  await end('a2');
  await end('c1');
  await end('a3');
  expect(await all).toEqual(['a1', 'a2', 'a3', 'b1', 'c1']);
});

test('a fault of the work comes out', async () => {
  await expect(schedule([1], { slots: 1 }, () => Promise.reject(new Error('ours')))).rejects.toThrow('ours');
});

test('whatever is released, retaken and throttled: all is done, and no bound is passed', async () => {
  const item = fc.record({ lane: fc.constantFrom('a', 'b', 'c', ''), waits: fc.boolean(), turns: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 5, max: 9 }),
      fc.integer({ min: 1, max: 3 }),
      async (items, slots, open, limit) => {
        let working = 0;
        let underWay = 0;
        const inLane = new Map<string, number>();
        const count = (lane: string, by: number) => inLane.set(lane, (inLane.get(lane) ?? 0) + by);
        const check = () => {
          expect(working).toBeLessThanOrEqual(slots);
          expect(underWay).toBeLessThanOrEqual(open);
          for (const [lane, used] of inLane) if (lane !== '') expect(used).toBeLessThanOrEqual(limit);
        };
        const laneOf = ({ lane }: { lane: string }) => (lane === '' ? undefined : { key: lane, limit });
        const results = await schedule(items, { slots, open, laneOf }, async (one, slot) => {
          working++;
          underWay++;
          count(one.lane, 1);
          check();
          for (let turn = 0; turn < one.turns; turn++) await settled();
          if (one.waits) {
            working--;
            slot.release();
            await settled();
            await slot.take();
            working++;
            check();
          }
          working--;
          underWay--;
          count(one.lane, -1);
          return one;
        });
        expect(results).toEqual(items);
      },
    ),
    { numRuns: 60 },
  );
});
