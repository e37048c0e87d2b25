/**
 * Hosts in parallel, each alone with its trouble. Results come back in the order of the hosts, whatever finished first.
 */
import { setMaxListeners } from 'node:events';
import type { HostOutcome } from '../model/outcome.ts';
import type { Problem } from '../model/problem.ts';
import { HostTrouble } from '../remote/connection.ts';
import type { RunEvent } from './run-event.ts';
import { type Lane, type Slot, schedule } from './schedule.ts';

export interface EachHostOptions {
  /** Hosts worked on at once. */
  readonly forks: number;
  /** Hosts begun and not finished at once, those that only wait too. Default: no bound. */
  readonly open?: number | undefined;
  /** After it, no further host is started; those at work finish. */
  readonly stop?: AbortSignal | undefined;
  readonly tell?: ((event: RunEvent) => void) | undefined;
}

const INTERRUPTED = 'the run was interrupted before this host';

export interface Pacing<T> {
  /** Hosts with the same key are never more than so many at once. */
  readonly laneOf?: (item: T) => Lane | undefined;
  /** Asked before a host is started: why it is passed over. */
  readonly passOver?: (item: T) => string | undefined;
}

/** Runs `work` for every host. What it throws becomes that host's row; a fault of ours keeps its stack in `message`. */
export function eachHost<T extends { readonly host: string }>(
  items: readonly T[],
  options: EachHostOptions,
  work: (item: T, slot: Slot) => Promise<HostOutcome>,
  pacing: Pacing<T> = {},
): Promise<HostOutcome[]> {
  return eachHostKeeping(items, options, work, (outcome) => outcome, pacing);
}

/** The same; of each outcome only what `keep` makes of it stays in memory. */
export function eachHostKeeping<T extends { readonly host: string }, R>(
  items: readonly T[],
  { forks, open, stop, tell }: EachHostOptions,
  work: (item: T, slot: Slot) => Promise<HostOutcome>,
  keep: (outcome: HostOutcome) => R,
  { laneOf, passOver }: Pacing<T> = {},
): Promise<R[]> {
  // Every host at work listens to it: node takes more than 10 listeners for a leak, and says so on stderr.
  if (stop) setMaxListeners(0, stop);
  const options = {
    slots: Math.min(forks, open ?? forks),
    ...(open === undefined ? {} : { open }),
    ...(laneOf ? { laneOf } : {}),
  };
  return schedule(items, options, async (item, slot) => {
    const { host } = item;
    const reason = stop?.aborted ? INTERRUPTED : passOver?.(item);
    if (reason !== undefined) return keep({ kind: 'skipped', host, reason });
    tell?.({ event: 'host-started', host });
    const outcome = await settle(host, () => work(item, slot));
    tell?.({ event: 'host-finished', host, outcome });
    return keep(outcome);
  });
}

async function settle(host: string, work: () => Promise<HostOutcome>): Promise<HostOutcome> {
  try {
    return await work();
  } catch (error) {
    // Only where nothing was touched yet: what is begun is finished.
    if (error instanceof HostTrouble && error.problem.kind === 'interrupted') {
      return { kind: 'skipped', host, reason: INTERRUPTED };
    }
    return { kind: 'unread', host, problem: problemOf(error) };
  }
}

/** A fault of ours keeps its stack. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HostTrouble) return error.problem;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'internal', message: `a fault in tapfleet: ${text}` };
}
