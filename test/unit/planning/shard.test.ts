/** Which part of a run a host is in: always the same one, and in exactly one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutShard, digestOfRun, shardOf } from '../../../src/planning/shard.ts';
import { rollout } from '../../support/rollout.ts';

const named = (...hosts: string[]) => hosts.map((host) => ({ host }));

describe('shardOf', () => {
  // printf hv01 | sha256sum | cut -c1-12, as a number, modulo 3, plus 1.
  it.each([
    ['hv01', 1],
    ['hv02', 2],
    ['hv03', 1],
    ['hv04', 2],
    ['hv05', 3],
  ])('%s is in part %i of 3', (host, index) => {
    expect(shardOf(host, 3)).toBe(index);
  });

  it('spreads hosts whose names differ little', () => {
    const parts = Array.from({ length: 1000 }, (_, n) => shardOf(`kvm${n}`, 4));
    for (const index of [1, 2, 3, 4]) {
      expect(parts.filter((one) => one === index).length).toBeGreaterThan(200);
    }
  });
});

describe('cutShard', () => {
  const hosts = named('hv01', 'hv02', 'hv03', 'hv04', 'hv05');

  it('keeps the order of the hosts and says where they stood', () => {
    const { items, shard } = cutShard(hosts, [], { index: 2, count: 3 });
    expect(items).toEqual(named('hv02', 'hv04'));
    expect(shard).toEqual({
      index: 2,
      count: 3,
      positions: [1, 3],
      run: digestOfRun(hosts.map(({ host }) => host)),
    });
  });

  it('leaves of each rollout its own hosts, so that batches are cut from them', () => {
    const rollouts = [rollout(['hv05', 'hv03', 'hv01'], { serial: [{ count: 1 }] }), rollout(['hv02'])];
    const cut = cutShard(hosts, rollouts, { index: 1, count: 3 });
    expect(cut.rollouts).toEqual([
      { ...rollouts[0], hosts: ['hv03', 'hv01'] },
      { ...rollouts[1], hosts: [] },
    ]);
  });

  it('puts every host in one part, and leaves it there when others come or go', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { maxLength: 20 }),
        fc.uniqueArray(fc.string(), { maxLength: 5 }),
        fc.integer({ min: 1, max: 6 }),
        (some, more, count) => {
          const all = [...new Set([...more, ...some])];
          const parts = (names: readonly string[]) =>
            Array.from({ length: count }, (_, n) =>
              cutShard(named(...names), [], { index: n + 1, count }).items.map(({ host }) => host),
            );
          expect(parts(all).flat().sort()).toEqual([...all].sort());
          const before = parts(some);
          expect(parts(all).map((part) => part.filter((host) => some.includes(host)).sort())).toEqual(
            before.map((part) => [...part].sort()),
          );
        },
      ),
    );
  });
});

describe('digestOfRun', () => {
  it('tells other hosts, another order and other borders between names apart', () => {
    const digests = [['a', 'b'], ['b', 'a'], ['a'], ['a,b'], ['a","b'], []].map(digestOfRun);
    expect(new Set(digests).size).toBe(digests.length);
  });
});
