/**
 * Which hosts are changed together, and when is enough gone wrong to stop? Pure; the run itself is fleet/'s.
 */
import { compareText } from '../model/compare.ts';
import type { BatchSize, HostOrder, Rollout } from '../model/rollout.ts';

/** Ordered and cut into batches. `seed` decides the order of `shuffle`, the same in every run. */
export function batchesOf({ hosts, order, serial }: Rollout, seed: number): string[][] {
  const ordered = inOrder(hosts, order, seed);
  if (serial.length === 0) return ordered.length > 0 ? [ordered] : [];
  const batches: string[][] = [];
  for (let from = 0; from < ordered.length; ) {
    const size = sizeOf(serial[Math.min(batches.length, serial.length - 1)], ordered.length);
    batches.push(ordered.slice(from, from + size));
    from += size;
  }
  return batches;
}

/** A percentage is of the play's hosts, rounded down, at least one host (Ansible's pct_to_int, seen in 2.14). */
function sizeOf(size: BatchSize | undefined, hosts: number): number {
  if (!size) return hosts;
  return 'count' in size ? size.count : Math.max(1, Math.floor((size.percent / 100) * hosts));
}

function inOrder(hosts: readonly string[], order: HostOrder, seed: number): string[] {
  switch (order) {
    case 'inventory':
      return [...hosts];
    case 'reverse_inventory':
      return [...hosts].reverse();
    case 'sorted':
      return [...hosts].sort(compareText);
    case 'reverse_sorted':
      return [...hosts].sort((a, b) => compareText(b, a));
    case 'shuffle':
      return shuffled(hosts, seed);
  }
}

/** Fisher and Yates, with the generator "mulberry32": a seed of 32 bits gives one order on every machine. */
function shuffled(hosts: readonly string[], seed: number): string[] {
  const result = [...hosts];
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as string, result[last] as string];
  }
  return result;
}

/**
 * Why the run ends with this batch, or undefined where it may go on. As in Ansible a batch of which every host failed
 * ends it too, whatever `max_fail_percentage` says. Judged as hosts fail, not when the batch is through.
 */
export function overBudget(
  failed: number,
  size: number,
  { title, maxFailPercentage, anyErrorsFatal }: Rollout,
): string | undefined {
  if (failed === 0) return undefined;
  const hosts = `${failed} of ${size} host${size === 1 ? '' : 's'} of a batch failed in ${title}`;
  if (anyErrorsFatal) return `${hosts}, and any_errors_fatal is set`;
  if (maxFailPercentage !== undefined && (failed / size) * 100 > maxFailPercentage) {
    return `${hosts}: more than max_fail_percentage ${maxFailPercentage} allows`;
  }
  return failed === size ? hosts : undefined;
}
