/**
 * Hosts in parallel, each alone with its trouble. Results come back in the order of the hosts, whatever finished first.
 */
import type { HostOutcome } from '../model/outcome.ts';
import { HostTrouble } from '../remote/connection.ts';
import { type Lane, type Slot, schedule } from './schedule.ts';

export interface EachHostOptions {
  /** Hosts worked on at once. */
  readonly forks: number;
  /** After it, no further host is started; those at work finish. */
  readonly stop?: AbortSignal | undefined;
  readonly started?: (host: string) => void;
  readonly finished?: (outcome: HostOutcome) => void;
}

export interface Pacing<T> {
  /** Hosts with the same key are never more than so many at once. */
  readonly laneOf?: (item: T) => Lane | undefined;
  /** Asked before a host is started: why it is passed over. */
  readonly passOver?: (item: T) => string | undefined;
}

/** Runs `work` for every host. What it throws becomes that host's row; a fault of ours keeps its stack in `message`. */
export function eachHost<T extends { readonly host: string }>(
  items: readonly T[],
  { forks, stop, started, finished }: EachHostOptions,
  work: (item: T, slot: Slot) => Promise<HostOutcome>,
  { laneOf, passOver }: Pacing<T> = {},
): Promise<HostOutcome[]> {
  return schedule(items, { slots: forks, ...(laneOf ? { laneOf } : {}) }, async (item, slot) => {
    const { host } = item;
    const reason = stop?.aborted ? 'the run was interrupted before this host' : passOver?.(item);
    if (reason !== undefined) return { kind: 'skipped', host, reason } as const;
    started?.(host);
    const outcome = await settle(host, () => work(item, slot));
    finished?.(outcome);
    return outcome;
  });
}

async function settle(host: string, work: () => Promise<HostOutcome>): Promise<HostOutcome> {
  try {
    return await work();
  } catch (error) {
    return { kind: 'unread', host, problem: problemOf(error) };
  }
}

function problemOf(error: unknown) {
  if (error instanceof HostTrouble) return error.problem;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'internal', message: `a fault in tapfleet: ${text}` } as const;
}
