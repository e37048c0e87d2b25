/**
 * Hosts in parallel, each alone with its trouble: the one door to the package `p-limit`. Results come back in the order
 * of the hosts, whatever finished first.
 */
import pLimit from 'p-limit';
import type { HostOutcome } from '../model/outcome.ts';
import { HostTrouble } from '../remote/connection.ts';

export interface EachHostOptions {
  /** Hosts worked on at once. */
  readonly forks: number;
  /** After it, no further host is started; those at work finish. */
  readonly stop?: AbortSignal | undefined;
  readonly started?: (host: string) => void;
  readonly finished?: (outcome: HostOutcome) => void;
}

/** Runs `work` for every host. What it throws becomes that host's row; a fault of ours keeps its stack in `message`. */
export function eachHost<T extends { readonly host: string }>(
  items: readonly T[],
  { forks, stop, started, finished }: EachHostOptions,
  work: (item: T) => Promise<HostOutcome>,
): Promise<HostOutcome[]> {
  const limit = pLimit(Math.max(1, forks));
  return Promise.all(
    items.map((item) =>
      limit(async () => {
        const { host } = item;
        if (stop?.aborted)
          return { kind: 'skipped', host, reason: 'the run was interrupted before this host' } as const;
        started?.(host);
        const outcome = await settle(host, () => work(item));
        finished?.(outcome);
        return outcome;
      }),
    ),
  );
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
