/**
 * A run over the fleet: every host read and planned, and where asked changed and verified. Says what happens as events;
 * draws nothing and knows no command line.
 */
import type { ObservedState } from '../model/observed.ts';
import type { HostOutcome } from '../model/outcome.ts';
import { FAILURES } from '../model/report.ts';
import type { Rollout } from '../model/rollout.ts';
import { statusOf } from '../report/build.ts';
import { type EachHostOptions, eachHost, eachHostKeeping } from './each-host.ts';
import { type HostWork, type HostWorkOptions, tellingOf, workHere } from './host-work.ts';
import { deadlineIn } from './patience.ts';
import { type ReachOptions, reach, readAgain } from './reach.ts';
import { rollOut } from './roll-out.ts';
import type { Target } from './target.ts';

export interface RunOptions extends EachHostOptions, HostWorkOptions {
  /** How `apply` goes through the hosts, `seed` for a shuffled order. Default: all at once. */
  readonly rollouts?: readonly Rollout[];
  readonly seed?: number;
  /** Hosts that failed when a plan was made and saved, which has nothing to do there: they count in their batches. */
  readonly failedBefore?: ReadonlySet<string>;
  /** Who works on the hosts; whoever made it closes it. Default: this thread, over `connect`. */
  readonly work?: HostWork | undefined;
  /** Of `planFleet`: its outcomes go into a report and nowhere else. */
  readonly forReport?: boolean;
}

const FACTS = { prints: false, versions: true, holders: true } as const;

function isFailure(outcome: HostOutcome): boolean {
  return FAILURES.has(statusOf(outcome));
}

/** Reads and plans every host; touches nothing. */
export function planFleet(targets: readonly Target[], options: RunOptions): Promise<HostOutcome[]> {
  return planFleetKeeping(targets, options, (outcome) => outcome);
}

/** The same of thousands of hosts: of each outcome only what `keep` makes of it stays in memory. */
export function planFleetKeeping<R>(
  targets: readonly Target[],
  options: RunOptions,
  keep: (outcome: HostOutcome) => R,
): Promise<R[]> {
  const { forReport = false } = options;
  return working(options, (work) =>
    eachHostKeeping(targets, options, (target, slot) => work.plan(target, slot, forReport), keep),
  );
}

/** Reads, plans, changes and verifies every host, each as soon as it is its turn. */
export function applyFleet(targets: readonly Target[], options: RunOptions): Promise<HostOutcome[]> {
  return working(options, (work) =>
    rollOut(targets, { ...options, isFailure }, (target, slot) => work.apply(target, slot)),
  );
}

/** Plans the fleet, shows the plans to `approve`, and goes on with exactly those. */
export function applyFleetApproved(
  targets: readonly Target[],
  options: RunOptions,
  approve: (outcomes: readonly HostOutcome[]) => Promise<boolean>,
): Promise<{ readonly outcomes: HostOutcome[]; readonly approved: boolean }> {
  return working(options, async (work) => {
    const outcomes = await eachHost(targets, options, (target, slot) => work.review(target, slot));
    if (!(await approve(outcomes))) return { outcomes, approved: false };
    const byHost = new Map(targets.map((target) => [target.host, target]));
    const due = outcomes.flatMap((outcome) => {
      const target = byHost.get(outcome.host);
      return target && outcome.kind === 'planned' && outcome.plan.steps.length > 0
        ? [{ host: outcome.host, target, plan: outcome.plan }]
        : [];
    });
    const failedBefore = new Set(outcomes.filter(isFailure).map(({ host }) => host));
    const applied = await rollOut(due, { ...options, isFailure, failedBefore }, ({ target, plan }, slot) =>
      work.applyReviewed(target, plan, slot),
    );
    const results = new Map(applied.map((outcome) => [outcome.host, outcome]));
    return { outcomes: outcomes.map((outcome) => results.get(outcome.host) ?? outcome), approved: true };
  });
}

/** The observed state of hosts, for `facts`: each read or with its problem. */
export async function gatherFleet(
  targets: readonly Omit<Target, 'manifest'>[],
  options: EachHostOptions & ReachOptions,
): Promise<{
  readonly observed: ReadonlyMap<string, ObservedState>;
  readonly unread: readonly HostOutcome[];
}> {
  const observed = new Map<string, ObservedState>();
  const outcomes = await eachHost(targets, options, async (target, slot) => {
    const deadline = deadlineIn(options.hostTimeoutMs);
    const telling = tellingOf(target, options);
    const found = await reach(target.settings, telling, slot, deadline, (login) =>
      readAgain(login, telling, slot, FACTS),
    );
    found.connection.close();
    observed.set(target.host, found.result);
    return { kind: 'skipped', host: target.host, reason: '' };
  });
  return { observed, unread: outcomes.filter((outcome) => !observed.has(outcome.host)) };
}

async function working<T>(options: RunOptions, run: (work: HostWork) => Promise<T>): Promise<T> {
  if (options.work) return run(options.work);
  const work = workHere(options);
  try {
    return await run(work);
  } finally {
    work.close();
  }
}
