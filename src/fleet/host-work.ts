/**
 * What a run does on one host: reach it, read it, plan, and where asked change it. Here in this thread; threads/ has the
 * same spread over several. Which host comes when is not its concern.
 */
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { TransactionOptions } from '../model/transaction.ts';
import type { GuardOptions } from '../planning/guard.ts';
import { expectationOf } from '../planning/stale.ts';
import { beforesOf } from '../record/host-line.ts';
import type { Connection } from '../remote/connection.ts';
import { type ApplyContext, applyPlan } from './apply.ts';
import { type Deadline, deadlineIn } from './patience.ts';
import { type ReachOptions, reach, reachAgain } from './reach.ts';
import { readAndApply } from './read-and-apply.ts';
import { readPlan } from './read-plan.ts';
import type { RunEvent } from './run-event.ts';
import type { Slot } from './schedule.ts';
import type { Target } from './target.ts';

/** Each throws HostTrouble where the host could not be read. */
export interface HostWork {
  /** Reads and plans; touches nothing. `forReport`: the outcome may lack what no report shows. */
  plan(target: Target, slot: Slot, forReport: boolean): Promise<HostOutcome>;
  /** Reads, plans, changes and verifies. */
  apply(target: Target, slot: Slot): Promise<HostOutcome>;
  /** Reads and plans; where there is something to change and room, the login is kept for `applyReviewed`. */
  review(target: Target, slot: Slot): Promise<HostOutcome>;
  /**
   * Makes a plan that was shown. A host whose login did not last is read again, and refused as stale where its steps would
   * now be others.
   */
  applyReviewed(target: Target, reviewed: PlannedHost, slot: Slot): Promise<HostOutcome>;
  /** Ends the logins that were kept. */
  close(): void;
}

export interface HostWorkOptions extends Omit<ReachOptions, 'retrying'>, GuardOptions, TransactionOptions {
  /** Logins kept between the plan and a person's answer; hosts past it are logged in on again. Default 256. */
  readonly keep?: number;
  readonly tell?: ((event: RunEvent) => void) | undefined;
}

const MAX_KEPT = 256;

export function workHere(options: HostWorkOptions): HostWork {
  return new WorkHere(options);
}

class WorkHere implements HostWork {
  readonly #kept = new Map<string, Connection>();
  readonly #options: HostWorkOptions;

  constructor(options: HostWorkOptions) {
    this.#options = options;
  }

  async plan(target: Target, slot: Slot, forReport: boolean): Promise<HostOutcome> {
    const { connection, plan } = await this.#readPlan(target, slot, !forReport);
    connection.close();
    return planned(plan);
  }

  async apply(target: Target, slot: Slot): Promise<HostOutcome> {
    const deadline = deadlineIn(this.#options.hostTimeoutMs);
    const telling = tellingOf(target, this.#options);
    const reading = { ...telling, guard: this.#options };
    const context = this.#contextOf(target, deadline);
    const { connection, result } = await reach(target.settings, telling, slot, deadline, (login) =>
      readAndApply(login, target, reading, slot, context),
    );
    connection.close();
    return result;
  }

  async review(target: Target, slot: Slot): Promise<HostOutcome> {
    const { keep: most = MAX_KEPT } = this.#options;
    const { connection, plan } = await this.#readPlan(target, slot, true);
    if (plan.steps.length > 0 && this.#kept.size < most) this.#kept.set(target.host, connection);
    else connection.close();
    return planned(plan);
  }

  async applyReviewed(target: Target, reviewed: PlannedHost, slot: Slot): Promise<HostOutcome> {
    const connection = this.#kept.get(target.host);
    if (!connection?.open) return this.apply({ ...target, expected: expectationOf(reviewed) }, slot);
    const deadline = deadlineIn(this.#options.hostTimeoutMs);
    try {
      return await applyPlan(connection, reviewed, this.#contextOf(target, deadline));
    } finally {
      connection.close();
    }
  }

  close(): void {
    for (const connection of this.#kept.values()) connection.close();
    this.#kept.clear();
  }

  /** The login is the caller's to close. `prints`: the plan may be applied or saved. */
  async #readPlan(
    target: Target,
    slot: Slot,
    prints: boolean,
  ): Promise<{ readonly connection: Connection; readonly plan: PlannedHost }> {
    const telling = tellingOf(target, this.#options);
    const reading = { ...telling, guard: this.#options, prints };
    const deadline = deadlineIn(this.#options.hostTimeoutMs);
    const { connection, result } = await reach(target.settings, telling, slot, deadline, (login) =>
      readPlan(login, target, reading, slot),
    );
    return { connection, plan: result };
  }

  #contextOf(target: Target, deadline: Deadline): ApplyContext {
    const { confirmTimeoutS, lockTimeoutS, controller, tell } = this.#options;
    return {
      confirmTimeoutS,
      lockTimeoutS,
      controller,
      connectAgain: () => reachAgain(target.settings, tellingOf(target, this.#options), deadline),
      changing: tell && ((plan) => tell(changingEvent(plan))),
    };
  }
}

/** The options of reaching one host, which is told by its name. */
export function tellingOf(
  { host }: { readonly host: string },
  options: ReachOptions & Pick<HostWorkOptions, 'tell'>,
): ReachOptions {
  const { tell } = options;
  if (!tell) return options;
  return {
    ...options,
    retrying: ({ problem }, attempt) => tell({ event: 'host-retried', host, problem, attempt }),
  };
}

/** Told of a plan before its host is. */
export function changingEvent(plan: PlannedHost): RunEvent {
  const { become } = plan.manifest;
  return { event: 'host-changing', host: plan.host, become, before: beforesOf(plan.changes) };
}

function planned(plan: PlannedHost): HostOutcome {
  return { kind: 'planned', host: plan.host, plan };
}
