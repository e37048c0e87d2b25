/**
 * Which hosts does one part of a run take, where several machines share it? Told by a host's name alone, so a host that
 * is added or taken away moves no other.
 */
import { createHash } from 'node:crypto';
import type { ReportShard } from '../model/report.ts';
import type { Rollout } from '../model/rollout.ts';

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** The first 6 bytes of the name's SHA-256, as a number, modulo `count`: part 1 takes the rest 0. */
export function shardOf(host: string, count: number): number {
  return (createHash('sha256').update(host).digest().readUIntBE(0, 6) % count) + 1;
}

/**
 * The hosts of one part, and of each rollout what is left of it: batches and failure budgets are those of the part. The
 * report's `shard` says where they stood in the run, so that a merge can put them back.
 */
export function cutShard<T extends { readonly host: string }>(
  items: readonly T[],
  rollouts: readonly Rollout[],
  { index, count }: Shard,
): { readonly items: readonly T[]; readonly rollouts: readonly Rollout[]; readonly shard: ReportShard } {
  const numbered = items.map((item, position) => ({ item, position }));
  const mine = numbered.filter(({ item }) => shardOf(item.host, count) === index);
  const names = new Set(mine.map(({ item }) => item.host));
  return {
    items: mine.map(({ item }) => item),
    rollouts: rollouts.map((one) => ({ ...one, hosts: one.hosts.filter((host) => names.has(host)) })),
    shard: {
      index,
      count,
      positions: mine.map(({ position }) => position),
      run: digestOfRun(items.map(({ host }) => host)),
    },
  };
}

/** Alike for runs over the same hosts in the same order, and for no others. */
export function digestOfRun(hosts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(hosts)).digest('hex');
}
