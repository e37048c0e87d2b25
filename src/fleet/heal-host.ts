/** Drift of one host is put back: as an `apply` would, within what all hosts together may have, until the host fights back. */
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { WatchEvent } from '../model/watch.ts';
import type { Connection } from '../remote/connection.ts';
import { reportHost, statusOf } from '../report/build.ts';
import type { Counters } from '../watch/figures.ts';
import { FIGHT_HEALS, type HealBudget, HealHistory } from '../watch/heal.ts';
import type { Turn, Turns } from '../watch/turns.ts';
import { applyPlan } from './apply.ts';
import { changingEvent } from './host-work.ts';
import { deadlineIn } from './patience.ts';
import { type ReachOptions, reachAgain } from './reach.ts';
import type { RunEvent } from './run-event.ts';
import type { Target } from './target.ts';

/** What healing hosts share. */
export interface Healing {
  readonly budget: HealBudget;
  /** One at a time. */
  readonly turns: Turns;
  /** `user@host` of this watch, for the host's lock. */
  readonly controller: string;
  readonly confirmTimeoutS: number;
  /** Begins to write a repair down, before the host is touched; undefined where that cannot be, and was said. */
  readonly record: (host: string) => RepairRecord | undefined;
}

export interface RepairRecord {
  tell(event: RunEvent): void;
  finish(outcome: HostOutcome): void;
}

export interface HealerOptions {
  readonly reaching: Pick<ReachOptions, 'connect' | 'commandTimeoutMs'>;
  readonly counters: Counters;
  readonly tell: (event: WatchEvent) => void;
  readonly now: () => number;
}

export class Healer {
  /** Not healed any more. */
  fights = false;
  #history = new HealHistory();
  #isShort = false;

  constructor(
    private readonly host: string,
    private readonly healing: Healing,
    private readonly options: HealerOptions,
  ) {}

  /** What was is forgotten: it is healed again. */
  forgive(): void {
    this.fights = false;
    this.#history = new HealHistory();
  }

  /** `look` reads the host again, and gives back what may be made. */
  async heal(
    connection: Connection,
    target: Target,
    look: (turn: Turn) => Promise<PlannedHost | undefined>,
  ): Promise<void> {
    if (this.fights) return;
    const turn = await this.healing.turns.begin();
    try {
      const plan = await look(STAYS);
      if (!plan || !this.#mayNow()) return;
      const record = this.healing.record(this.host);
      const outcome = record && (await this.#apply(connection, target, plan, record));
      if (!outcome) {
        this.healing.budget.giveBack();
        return;
      }
      record.finish(outcome);
      this.#settle(outcome);
      if (connection.open) await look(STAYS);
    } finally {
      turn.release();
    }
  }

  #mayNow(): boolean {
    const { now, tell, counters } = this.options;
    const { host } = this;
    if (this.#history.isFight(now())) {
      this.fights = true;
      counters.fights++;
      tell({ event: 'heal-stopped', host, heals: FIGHT_HEALS });
      return false;
    }
    if (this.healing.budget.take(now())) {
      this.#isShort = false;
      return true;
    }
    if (!this.#isShort) tell({ event: 'heal-budget-spent', host, per_hour: this.healing.budget.perHour });
    this.#isShort = true;
    return false;
  }

  #apply(
    connection: Connection,
    target: Target,
    plan: PlannedHost,
    record: RepairRecord,
  ): Promise<HostOutcome> {
    const { controller, confirmTimeoutS } = this.healing;
    return applyPlan(connection, plan, {
      confirmTimeoutS,
      // Somebody else is at work: what comes of it is looked at afterwards.
      lockTimeoutS: 0,
      controller,
      connectAgain: () => reachAgain(target.settings, this.options.reaching, deadlineIn(undefined)),
      changing: (about) => record.tell(changingEvent(about)),
    });
  }

  #settle(outcome: HostOutcome): void {
    const { counters, tell, now } = this.options;
    // Refused on the host: another run holds its lock, or it has moved again. Nothing was touched.
    if (outcome.kind !== 'applied') {
      this.healing.budget.giveBack();
      counters.heals.refused++;
      return;
    }
    this.#history.healed(now());
    const status = statusOf(outcome);
    if (status === 'changed' || status === 'failed' || status === 'rolled-back') counters.heals[status]++;
    tell({ event: 'host-healed', host: this.host, row: reportHost(outcome) });
  }
}

/** Whoever has the turn to heal needs no other. */
const STAYS: Turn = { release: () => {}, take: () => Promise.resolve() };
