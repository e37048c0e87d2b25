/**
 * A run over the fleet: every host read and planned, and where asked changed and verified. Says what happens as events;
 * draws nothing and knows no command line.
 */
import { batchOf } from '../iproute/batch.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import type { Manifest } from '../model/manifest.ts';
import type { ObservedState } from '../model/observed.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { Rollout } from '../model/rollout.ts';
import type { TransactionOptions } from '../model/transaction.ts';
import type { GuardOptions } from '../planning/guard.ts';
import { planHost } from '../planning/plan-host.ts';
import { type Connection, HostTrouble } from '../remote/connection.ts';
import { statusOf } from '../report/build.ts';
import { type ApplyContext, applyPlan } from './apply.ts';
import { eachHost } from './each-host.ts';
import { rollOut } from './roll-out.ts';
import { type Connect, gather } from './session.ts';

/** A host of the run: what it must have and how it is reached. */
export interface Target {
  readonly host: string;
  readonly settings: ConnectionSettings;
  readonly manifest: Manifest;
}

export interface RunOptions extends GuardOptions, TransactionOptions {
  readonly connect: Connect;
  readonly forks: number;
  /** After it no further host is started. */
  readonly stop?: AbortSignal;
  /** How `apply` goes through the hosts, `seed` for a shuffled order. Default: all at once. */
  readonly rollouts?: readonly Rollout[];
  readonly seed?: number;
  readonly started?: (host: string) => void;
  readonly finished?: (outcome: HostOutcome) => void;
}

/** What counts against a failure budget. */
function isFailure(outcome: HostOutcome): boolean {
  return ['failed', 'refused', 'rolled-back', 'unreachable'].includes(statusOf(outcome));
}

/** Connections kept open between the plan and a person's answer: more hosts than this connect again. */
const MAX_KEPT = 256;

/** Reads and plans every host; touches nothing. */
export function planFleet(targets: readonly Target[], options: RunOptions): Promise<HostOutcome[]> {
  return eachHost(targets, options, (target) =>
    connected(target, options, async (connection) => ({
      outcome: planned(await readAndPlan(target, connection, options)),
    })),
  );
}

/** Reads, plans, changes and verifies every host, each as soon as it is its turn. */
export function applyFleet(targets: readonly Target[], options: RunOptions): Promise<HostOutcome[]> {
  return rollOut(targets, { ...options, isFailure }, (target) =>
    connected(target, options, async (connection) => {
      const plan = await readAndPlan(target, connection, options);
      return {
        outcome:
          plan.steps.length > 0
            ? await applyPlan(connection, plan, contextOf(target, options))
            : planned(plan),
      };
    }),
  );
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
    const outcomes = await eachHost(targets, options, (target) =>
      connected(target, options, async (connection) => {
        const plan = await readAndPlan(target, connection, options);
        const keep = plan.steps.length > 0 && kept.size < MAX_KEPT;
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
    const applied = await rollOut(due, { ...options, isFailure }, ({ target, plan }) =>
      applyReviewed(target, plan, kept, options),
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
  options: Omit<RunOptions, keyof GuardOptions | keyof TransactionOptions>,
): Promise<{
  readonly observed: ReadonlyMap<string, ObservedState>;
  readonly unread: readonly HostOutcome[];
}> {
  const observed = new Map<string, ObservedState>();
  const outcomes = await eachHost(targets, options, async (target) => {
    const connection = await options.connect(target.settings, options.stop);
    try {
      observed.set(target.host, await gather(connection));
    } finally {
      connection.close();
    }
    return { kind: 'skipped', host: target.host, reason: '' };
  });
  return { observed, unread: outcomes.filter((outcome) => !observed.has(outcome.host)) };
}

async function applyReviewed(
  target: Target,
  reviewed: PlannedHost,
  kept: ReadonlyMap<string, Connection>,
  options: RunOptions,
): Promise<HostOutcome> {
  const connection = kept.get(target.host);
  if (connection?.open) {
    const outcome = await applyPlan(connection, reviewed, contextOf(target, options));
    connection.close();
    return outcome;
  }
  return connected(target, options, async (fresh) => {
    const plan = await readAndPlan(target, fresh, options);
    if (batchOf(plan.steps) !== batchOf(reviewed.steps)) {
      throw new HostTrouble({
        kind: 'stale-plan',
        message: 'the host changed after the plan was shown; nothing was done: plan again',
      });
    }
    return { outcome: await applyPlan(fresh, plan, contextOf(target, options)) };
  });
}

/** Connects, works and closes; a connection that `work` keeps is its own to close. */
async function connected(
  { settings }: Target,
  options: RunOptions,
  work: (connection: Connection) => Promise<{ readonly outcome: HostOutcome; readonly keep?: boolean }>,
): Promise<HostOutcome> {
  const connection = await options.connect(settings, options.stop);
  let keep = false;
  try {
    const result = await work(connection);
    keep = result.keep === true;
    return result.outcome;
  } finally {
    if (!keep) connection.close();
  }
}

async function readAndPlan(
  target: Target,
  connection: Connection,
  options: GuardOptions,
): Promise<PlannedHost> {
  const plan = planHost(target.manifest, await gather(connection), options);
  // No change cuts the way to this machine itself, and another shell on it would prove nothing.
  return target.settings.kind === 'local' && plan.confirmOver
    ? { ...plan, confirmOver: 'same-connection' }
    : plan;
}

function contextOf(target: Target, options: RunOptions): ApplyContext {
  const { confirmTimeoutS, lockTimeoutS, controller, connect } = options;
  const { settings } = target;
  return {
    confirmTimeoutS,
    lockTimeoutS,
    controller,
    connectAgain: () => connect(settings),
  };
}

function planned(plan: PlannedHost): HostOutcome {
  return { kind: 'planned', host: plan.host, plan };
}
