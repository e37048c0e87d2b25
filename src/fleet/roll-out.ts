/**
 * A change goes through the fleet: batch after batch, hosts of one group apart, and no further than its failure budget.
 * What is done to a host, and what a failure is, it is told.
 */
import type { HostOutcome } from '../model/outcome.ts';
import type { Rollout } from '../model/rollout.ts';
import { batchesOf, overBudget } from '../planning/batches.ts';
import { type EachHostOptions, eachHost } from './each-host.ts';
import type { RunEvent } from './run-event.ts';
import type { Slot } from './schedule.ts';

export interface RollOutOptions extends EachHostOptions {
  /** None: all hosts at once. */
  readonly rollouts?: readonly Rollout[] | undefined;
  /** For `order: shuffle`; default 0. */
  readonly seed?: number | undefined;
  /** Whether this outcome counts against the budget. */
  readonly isFailure: (outcome: HostOutcome) => boolean;
  /** Hosts that are no items, as they failed when they were read: each counts from the beginning of its batch. */
  readonly failedBefore?: ReadonlySet<string> | undefined;
}

/** Outcomes in the order of the items; those behind a spent budget are skipped, with the reason. */
export async function rollOut<T extends { readonly host: string }>(
  items: readonly T[],
  options: RollOutOptions,
  work: (item: T, slot: Slot) => Promise<HostOutcome>,
): Promise<HostOutcome[]> {
  const { rollouts, seed = 0, isFailure, failedBefore } = options;
  if (!rollouts) return eachHost(items, options, work);
  const byHost = new Map(items.map((item) => [item.host, item]));
  const outcomes = new Map<string, HostOutcome>();
  let ended: string | undefined;
  for (const rollout of rollouts) {
    const { throttle } = rollout;
    const laneOf = ({ host }: T) => {
      const key = throttle?.groupOf.get(host);
      return throttle && key !== undefined ? { key, limit: throttle.limit } : undefined;
    };
    for (const batch of batchesOf(rollout, seed)) {
      const due = batch.flatMap((host) => byHost.get(host) ?? []);
      let failed = batch.filter((host) => failedBefore?.has(host)).length;
      ended ??= overBudget(failed, batch.length, rollout);
      const tell = (event: RunEvent) => {
        options.tell?.(event);
        if (event.event !== 'host-finished' || !isFailure(event.outcome)) return;
        failed++;
        ended ??= overBudget(failed, batch.length, rollout);
      };
      const done = await eachHost(due, { ...options, tell }, work, { laneOf, passOver: () => ended });
      for (const outcome of done) outcomes.set(outcome.host, outcome);
    }
  }
  return items.map(({ host }) => {
    const outcome = outcomes.get(host);
    if (!outcome) throw new Error(`the host ${host} is in no rollout`);
    return outcome;
  });
}
