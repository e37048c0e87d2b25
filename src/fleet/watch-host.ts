/**
 * One host that is watched: logged in on for as long as that lasts, read when it is due, told of changes by the host in
 * between, and tried again for ever where it breaks. When, and what it means, is decided in watch/.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ConnectionSettings } from '../model/connection.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { WatchEvent, WatchedState } from '../model/watch.ts';
import type { Connection } from '../remote/connection.ts';
import { SessionRefused } from '../remote/connection.ts';
import { reportHost } from '../report/build.ts';
import { reconnectPauseMs } from '../watch/backoff.ts';
import type { Counters, HostFigures } from '../watch/figures.ts';
import { mayHeal } from '../watch/heal.ts';
import { Pace } from '../watch/pace.ts';
import { isRelevant, type RelevantLinks, relevantLinks } from '../watch/relevant.ts';
import { isSameManifest } from '../watch/same-manifest.ts';
import { causesOf, isSameState, stateOf, UNKNOWN } from '../watch/state.ts';
import type { Turn, Turns } from '../watch/turns.ts';
import { Alarm } from './alarm.ts';
import { problemOf } from './each-host.ts';
import { Following } from './following.ts';
import { Healer, type Healing } from './heal-host.ts';
import { deadlineIn } from './patience.ts';
import { type ReachOptions, reach } from './reach.ts';
import { readPlan } from './read-plan.ts';
import { planOf, type Target } from './target.ts';

export interface HostWatchOptions {
  readonly reaching: Pick<ReachOptions, 'connect' | 'commandTimeoutMs'>;
  /** Who may log in or read now. */
  readonly turns: Turns;
  readonly intervalMs: number;
  readonly counters: Counters;
  readonly tell: (event: WatchEvent) => void;
  /** Absent: nothing is changed on any host. */
  readonly healing?: Healing;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  /** 0 up to 1. */
  readonly random: () => number;
}

/** What a watch does without being told is only what an `apply` without any `--allow-…` would. */
const GUARD = { allowDisruption: false };

/** A login that lasts shorter does not count as one that stands: who breaks them all is tried ever more seldom. */
const STEADY_MS = 60_000;

export class HostWatch {
  readonly #options: HostWatchOptions;
  readonly #pace: Pace;
  readonly #healer: Healer | undefined;
  readonly #life = new AbortController();
  readonly #alarm: Alarm;
  #target: Target;
  #state: WatchedState = UNKNOWN;
  #readAt: number | undefined;
  #links: RelevantLinks | undefined;
  /** Seen so under this very manifest. */
  #wasInSync = false;
  #logins = 0;
  /** Listening would take the only session that the host allows (MaxSessions 1). */
  #hasOneSession = false;
  #following: Following | undefined;
  /** That it does not tell of events was said. */
  #silence = false;
  /** It is reached in another way now. */
  #moved = false;

  constructor(target: Target, options: HostWatchOptions) {
    this.#target = target;
    this.#options = options;
    this.#pace = new Pace(options);
    this.#alarm = new Alarm(options.now);
    this.#healer = options.healing && new Healer(target.host, options.healing, options);
  }

  get figures(): HostFigures {
    return {
      host: this.#target.host,
      status: this.#state.status,
      causes: causesOf(this.#state),
      ageMs: this.#readAt === undefined ? undefined : this.#options.now() - this.#readAt,
      hearsEvents: this.#following?.begun === true,
      fights: this.#healer?.fights === true,
    };
  }

  /** Until it is stopped. Never throws for what a host does. */
  async run(): Promise<void> {
    const { now } = this.#options;
    let failures = 0;
    while (!this.#isStopped) {
      let readFrom: number | undefined;
      const problem = await this.#visit(() => {
        readFrom = now();
      });
      if (this.#isStopped || problem === undefined) continue;
      if (readFrom !== undefined && now() - readFrom >= STEADY_MS) failures = 0;
      failures++;
      this.#options.counters.failedReads++;
      this.#become(stateOf(reportHost({ kind: 'unread', host: this.#target.host, problem })));
      const pause = reconnectPauseMs(failures, problem.kind, this.#options.random);
      await this.#alarm.pause(pause, () => this.#isStopped || this.#moved);
    }
  }

  /** A repair that is under way is finished first. */
  stop(): void {
    this.#life.abort();
    this.#alarm.wake();
  }

  /** Whether anything that counts is different now; the host is then read at once. */
  update(target: Target): boolean {
    const same = isSameManifest(this.#target.manifest, target.manifest);
    const moved = !isSameLogin(this.#target.settings, target.settings);
    this.#target = target;
    if (!same) {
      this.#wasInSync = false;
      this.#healer?.forgive();
    }
    this.#moved ||= moved;
    if (!same || moved) this.hurry();
    return !same || moved;
  }

  /** Read at once, or tried again at once. */
  hurry(): void {
    this.#pace.hurry(this.#options.now());
    this.#alarm.wake();
  }

  /** What was learned of it the hard way is forgotten. */
  forgive(): void {
    this.#hasOneSession = false;
    this.#healer?.forgive();
  }

  get #isStopped(): boolean {
    return this.#life.signal.aborted;
  }

  /** One login, as long as it lasts; gives back why it ended, or undefined where it is to be made anew at once. */
  async #visit(reached: () => void): Promise<Problem | undefined> {
    let connection: Connection | undefined;
    this.#moved = false;
    try {
      const opened = await this.#open((made) => {
        connection = made;
      });
      reached();
      await this.#healWhere(opened, connection);
      while (connection && (await this.#untilDue())) {
        const drifted = await this.#read(connection);
        await this.#healWhere(drifted, connection);
        // Somebody on the host may have ended it; a host that cannot tell of events is asked again each time.
        if (this.#following?.ended && !this.#hasOneSession) this.#following = this.#follow(connection);
      }
      const broken = this.#following?.broken;
      return broken && problemOf(broken);
    } catch (error) {
      if (error instanceof SessionRefused && this.#following?.ended === false) {
        this.#hasOneSession = true;
        this.#saySilent('the host allows one session at a time (MaxSessions), which reading it needs');
        return undefined;
      }
      return problemOf(error);
    } finally {
      this.#following?.end();
      this.#following = undefined;
      connection?.close();
    }
  }

  /** Logs in, begins to listen, reads. Whether there is something to heal. */
  async #open(made: (connection: Connection) => void): Promise<boolean> {
    const { reaching, turns, counters } = this.#options;
    const turn = await turns.begin();
    try {
      const opened = (connection: Connection) => {
        made(connection);
        if (this.#logins++ > 0) counters.reconnects++;
        this.#pace.began(this.#options.now());
        if (!this.#hasOneSession) this.#following = this.#follow(connection);
      };
      const options = { ...reaching, stop: this.#life.signal, opened };
      const { result } = await reach(this.#target.settings, options, turn, deadlineIn(undefined), (login) =>
        this.#plan(login, turn),
      );
      return this.#judge(result) !== undefined;
    } finally {
      turn.release();
    }
  }

  async #read(connection: Connection): Promise<boolean> {
    const turn = await this.#options.turns.begin();
    try {
      return (await this.#look(connection, turn)) !== undefined;
    } finally {
      turn.release();
    }
  }

  /** Reads, and gives the plan back where it may be made; `prints`: and is to be made. */
  async #look(connection: Connection, turn: Turn, prints = false): Promise<PlannedHost | undefined> {
    this.#pace.began(this.#options.now());
    return this.#judge(await this.#plan(connection, turn, prints));
  }

  #plan(connection: Connection, turn: Turn, prints = false): Promise<PlannedHost> {
    const reading = { ...this.#options.reaching, guard: GUARD, prints };
    return readPlan(connection, this.#target, reading, turn);
  }

  #judge(read: PlannedHost): PlannedHost | undefined {
    const { host, manifest } = this.#target;
    const now = this.#options.now();
    // What the host must have may be something else since it was asked.
    const plan = read.manifest === manifest ? read : planOf(this.#target, read.observed, GUARD);
    this.#options.counters.reads++;
    this.#readAt = now;
    this.#pace.ended(now);
    this.#links = relevantLinks(manifest, plan.observed);
    this.#become(stateOf(reportHost({ kind: 'planned', host, plan })));
    this.#wasInSync ||= this.#state.status === 'in-sync';
    return mayHeal(plan, this.#wasInSync) ? plan : undefined;
  }

  /** Alone among all hosts: what is wrong with the playbook shows on the first. It is read again when its turn has come. */
  async #healWhere(drifted: boolean, connection: Connection | undefined): Promise<void> {
    if (!drifted || !connection || !this.#healer || this.#isStopped) return;
    const login = connection;
    await this.#healer.heal(login, this.#target, async (turn) =>
      this.#isStopped ? undefined : this.#look(login, turn, true),
    );
  }

  #become(state: WatchedState): void {
    const was = this.#state;
    this.#state = state;
    if (isSameState(was, state)) return;
    this.#options.tell({ event: 'host-state', host: this.#target.host, was: was.status, state });
  }

  #follow(connection: Connection): Following {
    const { counters, now } = this.#options;
    return new Following(connection, {
      begun: () => {
        this.#silence = false;
      },
      event: (line) => {
        counters.events++;
        if (this.#links && !isRelevant(line, this.#links)) return;
        counters.relevantEvents++;
        this.#pace.event(now());
        this.#alarm.wakeBy(this.#pace.due.at);
      },
      silent: (reason) => this.#saySilent(reason),
      broken: () => this.#alarm.wake(),
    });
  }

  /** Once, until it does tell of events. */
  #saySilent(reason: string): void {
    if (!this.#silence) this.#options.tell({ event: 'no-events', host: this.#target.host, reason });
    this.#silence = true;
  }

  /** False where there is nothing to wait for: stopped, broken, or to be reached in another way. */
  async #untilDue(): Promise<boolean> {
    const isOver = () => this.#isStopped || this.#moved || this.#following?.broken !== undefined;
    await this.#alarm.until(() => this.#pace.due.at, isOver);
    return !isOver();
  }
}

/** Passwords are compared as well, which show in no comparison of their holders. */
function isSameLogin(a: ConnectionSettings, b: ConnectionSettings): boolean {
  return isDeepStrictEqual(a, b) && isDeepStrictEqual(passwordsOf(a), passwordsOf(b));
}

function passwordsOf(settings: ConnectionSettings): (string | undefined)[] {
  const login = settings.kind === 'ssh' ? settings.password : undefined;
  return [login?.reveal(), settings.becomePassword?.reveal()];
}
