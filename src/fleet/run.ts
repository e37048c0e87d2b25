/**
 * A run over the fleet: every host read and planned, and where asked changed and verified. Says what happens as events;
 * draws nothing and knows no command line.
 */
import type { ObservedState } from '../model/observed.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { Rollout } from '../model/rollout.ts';
import type { TransactionOptions } from '../model/transaction.ts';
import type { GuardOptions } from '../planning/guard.ts';
import { expectationOf } from '../planning/stale.ts';
import type { Connection } from '../remote/connection.ts';
import { statusOf } from '../report/build.ts';
import { type ApplyContext, applyPlan } from './apply.ts';
import { type EachHostOptions, eachHost } from './each-host.ts';
import { type Deadline, deadlineIn } from './patience.ts';
import { type ReachOptions, reach, reachAgain, readAgain } from './reach.ts';
import { readAndApply } from './read-and-apply.ts';
import { readPlan } from './read-plan.ts';
import { rollOut } from './roll-out.ts';
import type { Slot } from './schedule.ts';
import type { Target } from './target.ts';

export type { Target } from './target.ts';

/** How hosts are reached and how many at once. */
export interface ReachingOptions extends EachHostOptions, Omit<ReachOptions, 'retrying'> {
  /** Logins kept between the plan and a person's answer; hosts past it are logged in on again. Default 256. */
  readonly keep?: number;
}

export interface RunOptions extends ReachingOptions, GuardOptions, TransactionOptions {
  /** How `apply` goes through the hosts, `seed` for a shuffled order. Default: all at once. */
  readonly rollouts?: readonly Rollout[];
  readonly seed?: number;
  /**
   * `planFleet` forgets what a host has and how it would be changed as soon as it is planned: of thousands of hosts only what
   * a report needs stays in memory, and only that is read.
   */
  readonly lean?: boolean;
}

/** What counts against a failure budget. */
function isFailure(outcome: HostOutcome): boolean {
  return ['failed', 'refused', 'rolled-back', 'unreachable'].includes(statusOf(outcome));
}

const MAX_KEPT = 256;

const FACTS = { prints: false, versions: true, holders: true } as const;

/** Reads and plans every host; touches nothing. */
export function planFleet(targets: readonly Target[], options: RunOptions): Promise<HostOutcome[]> {
  return eachHost(targets, options, (target, slot) =>
    reached(
      target,
      options,
      slot,
      async ({ plan }) => ({ outcome: planned(options.lean ? leanPlan(plan) : plan) }),
      !options.lean,
    ),
  );
}

/** Reads, plans, changes and verifies every host, each as soon as it is its turn. */
export function applyFleet(targets: readonly Target[], options: RunOptions): Promise<HostOutcome[]> {
  return rollOut(targets, { ...options, isFailure }, (target, slot) => applyAtOnce(target, options, slot));
}

async function applyAtOnce(target: Target, options: RunOptions, slot: Slot): Promise<HostOutcome> {
  const deadline = deadlineIn(options.hostTimeoutMs);
  const telling = tellingOf(target, options);
  const context = contextOf(target, options, deadline);
  const { connection, result } = await reach(target.settings, telling, slot, deadline, (login) =>
    readAndApply(login, target, { ...telling, guard: options }, slot, context),
  );
  connection.close();
  return result;
}

/**
 * Plans the fleet, shows the plans to `approve`, and goes on with exactly those. A host whose connection did not last
 * is read again, and refused as stale where its steps would now be others.
 */
export async function applyFleetApproved(
  targets: readonly Target[],
  options: RunOptions,
  approve: (outcomes: readonly HostOutcome[]) => Promise<boolean>,
): Promise<{ readonly outcomes: HostOutcome[]; readonly approved: boolean }> {
  const kept = new Map<string, Connection>();
  try {
    const { keep: most = MAX_KEPT } = options;
    const outcomes = await eachHost(targets, options, (target, slot) =>
      reached(target, options, slot, async ({ connection, plan }) => {
        const keep = plan.steps.length > 0 && kept.size < most;
        if (keep) kept.set(target.host, connection);
        return { outcome: planned(plan), keep };
      }),
    );
    if (!(await approve(outcomes))) return { outcomes, approved: false };
    const byHost = new Map(targets.map((target) => [target.host, target]));
    const due = outcomes.flatMap((outcome) => {
      const target = byHost.get(outcome.host);
      return target && outcome.kind === 'planned' && outcome.plan.steps.length > 0
        ? [{ host: outcome.host, target, plan: outcome.plan }]
        : [];
    });
    const applied = await rollOut(due, { ...options, isFailure }, ({ target, plan }, slot) =>
      applyReviewed(target, plan, kept, options, slot),
    );
    const results = new Map(applied.map((outcome) => [outcome.host, outcome]));
    return { outcomes: outcomes.map((outcome) => results.get(outcome.host) ?? outcome), approved: true };
  } finally {
    for (const connection of kept.values()) connection.close();
  }
}

/** The observed state of hosts, for `facts`: each read or with its problem. */
export async function gatherFleet(
  targets: readonly Omit<Target, 'manifest'>[],
  options: ReachingOptions,
): Promise<{
  readonly observed: ReadonlyMap<string, ObservedState>;
  readonly unread: readonly HostOutcome[];
}> {
  const observed = new Map<string, ObservedState>();
  const outcomes = await eachHost(targets, options, async (target, slot) => {
    const deadline = deadlineIn(options.hostTimeoutMs);
    const telling = tellingOf(target, options);
    const found = await reach(target.settings, telling, slot, deadline, (connection) =>
      readAgain(connection, telling, slot, FACTS),
    );
    found.connection.close();
    observed.set(target.host, found.result);
    return { kind: 'skipped', host: target.host, reason: '' };
  });
  return { observed, unread: outcomes.filter((outcome) => !observed.has(outcome.host)) };
}

async function applyReviewed(
  target: Target,
  reviewed: PlannedHost,
  kept: ReadonlyMap<string, Connection>,
  options: RunOptions,
  slot: Slot,
): Promise<HostOutcome> {
  const connection = kept.get(target.host);
  if (connection?.open) {
    const deadline = deadlineIn(options.hostTimeoutMs);
    const outcome = await applyPlan(connection, reviewed, contextOf(target, options, deadline));
    connection.close();
    return outcome;
  }
  const expecting = { ...target, expected: expectationOf(reviewed) };
  return reached(expecting, options, slot, async ({ connection: fresh, plan, deadline }) => {
    if (plan.steps.length === 0) return { outcome: planned(plan) };
    return { outcome: await applyPlan(fresh, plan, contextOf(target, options, deadline)) };
  });
}

/** Rules that leave whole interfaces to others are judged by all that every host has. */
function leanPlan(plan: PlannedHost): PlannedHost {
  const { observed, manifest } = plan;
  const macvtaps = manifest.ignore.length > 0 ? observed.macvtaps : new Map();
  return { ...plan, steps: [], observed: { ...observed, prints: new Map(), links: new Map(), macvtaps } };
}

interface ReachedTarget {
  readonly connection: Connection;
  readonly plan: PlannedHost;
  readonly deadline: Deadline;
}

/** Connects, reads, plans, works and closes; a connection that `work` keeps is its own to close. */
async function reached(
  target: Target,
  options: RunOptions,
  slot: Slot,
  work: (reached: ReachedTarget) => Promise<{ readonly outcome: HostOutcome; readonly keep?: boolean }>,
  prints = true,
): Promise<HostOutcome> {
  const deadline = deadlineIn(options.hostTimeoutMs);
  const telling = tellingOf(target, options);
  const reading = { ...telling, guard: options, prints };
  const { connection, result: plan } = await reach(target.settings, telling, slot, deadline, (login) =>
    readPlan(login, target, reading, slot),
  );
  let keep = false;
  try {
    const result = await work({ connection, plan, deadline });
    keep = result.keep === true;
    return result.outcome;
  } finally {
    if (!keep) connection.close();
  }
}

/** The options of reaching one host, which is told by its name. */
function tellingOf({ host }: { readonly host: string }, options: ReachingOptions): ReachOptions {
  const { tell } = options;
  if (!tell) return options;
  return {
    ...options,
    retrying: ({ problem }, attempt) => tell({ event: 'host-retried', host, problem, attempt }),
  };
}

function contextOf(target: Target, options: RunOptions, deadline: Deadline): ApplyContext {
  const { confirmTimeoutS, lockTimeoutS, controller } = options;
  return {
    confirmTimeoutS,
    lockTimeoutS,
    controller,
    connectAgain: () => reachAgain(target.settings, tellingOf(target, options), deadline),
  };
}

function planned(plan: PlannedHost): HostOutcome {
  return { kind: 'planned', host: plan.host, plan };
}
