/**
 * One broken transaction: a plan made on a host of its own, a fault at a certain step, and the judgement: the kernel's
 * state is the old one or the new one, the report agrees with it, and nothing of the transaction is left.
 */
import type { ChildProcess } from 'node:child_process';
import { applyPlan } from '../../src/fleet/apply.ts';
import { readAndApply } from '../../src/fleet/read-and-apply.ts';
import { gather } from '../../src/fleet/session.ts';
import { CONFIRM_NAME } from '../../src/host/confirm-script.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import type { PlannedHost } from '../../src/model/plan.ts';
import type { Step } from '../../src/model/step.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import { HostTrouble } from '../../src/remote/connection.ts';
import { FaultHost, type Tampering } from './fault-host.ts';
import type { FaultScene } from './fault-scenes.ts';
import { difference, stateOf } from './fault-state.ts';
import { sshSettings } from './ssh-settings.ts';
import { killQuietly } from './sshd-daemon.ts';
import { sleep, until } from './until.ts';

export const FAULTS = [
  'none',
  'refused',
  'exit-255',
  'ip-killed',
  'body-killed',
  'session-killed',
  'session-killed-at-once',
  'session-killed-and-go',
  'controller-gone',
  'stopped',
  'all-stopped',
  'all-killed',
  'second-controller',
  'moved',
  'late-confirmation',
  'same-moment',
] as const;
export type Fault = (typeof FAULTS)[number];

export type End = 'old' | 'new';

export interface FaultCase {
  readonly scene: FaultScene;
  readonly fault: Fault;
  /** Steps made before the fault; at most all. */
  readonly at: number;
  /** From 0 to 1: a moment, for the faults that hang on one. */
  readonly moment: number;
}

const CONFIRM_S = 1;
export const POLICY = { allowDisruption: true, maxDelete: 99 } as const;

/** Faults between a plan and its transaction. */
const PLANNED_BEFORE: ReadonlySet<Fault> = new Set(['moved', 'second-controller', 'all-killed']);

const STAYS = { release: () => {}, take: () => Promise.resolve() };

const isApply = (command: string) => /tapfleet-(?:read-)?apply/.test(command);

class TooSlow extends Error {}

export class FaultRun {
  readonly #host: FaultHost;
  readonly #case: FaultCase;
  readonly #plan: PlannedHost;
  /** Interfaces whose ifindex is new when all is done. */
  readonly #made: ReadonlySet<string>;

  constructor(host: FaultHost, what: FaultCase, plan: PlannedHost) {
    this.#host = host;
    this.#case = what;
    this.#plan = plan;
    this.#made = madeBy(plan);
  }

  /** Throws where the host is neither as it was nor as it was to be, or where anything is left. */
  static async judge(what: FaultCase): Promise<End> {
    const host = await FaultHost.make(what.scene.lines);
    try {
      const plan = await planned(host, what.scene);
      return await new FaultRun(host, what, plan).#run();
    } finally {
      await host.remove();
    }
  }

  async #run(): Promise<End> {
    const before = await this.#state();
    const moved = await this.#break(before).catch((error: unknown) => {
      if (!(error instanceof TooSlow)) throw error;
      return undefined;
    });
    await this.#host.untilFree();
    const now = await this.#state();
    const after = await newState(this.#case.scene);
    const isNew = (await this.#state(this.#made)) === after;
    const end = now === (moved ?? before) ? 'old' : isNew ? 'new' : undefined;
    if (!end) throw new Error(`neither old nor new: ${difference(now, before, after)}`);
    if (this.#said !== 'unknown' && this.#said !== end) throw new Error(`said ${this.#said}, is ${end}`);
    return end;
  }

  async #state(made?: ReadonlySet<string>): Promise<string> {
    return stateOf(await this.#host.links(), this.#host.base, made);
  }

  get #at(): number {
    return Math.min(this.#case.at, this.#plan.steps.length);
  }

  /** The state before, where the fault itself changed it. */
  async #break(before: string): Promise<string | undefined> {
    const { fault, moment } = this.#case;
    switch (fault) {
      case 'none':
        return this.#expect(await this.#apply(), 'new');
      case 'refused':
        return this.#expect(await this.#apply({}, this.#with(REFUSED)), 'old');
      case 'exit-255':
        return this.#expect(await this.#apply({}, this.#with(UNREADABLE)), 'old');
      case 'ip-killed':
        return this.#expect(await this.#atGate(() => killQuietly(this.#host.processOf('ip'))), 'old');
      case 'body-killed':
        return this.#expect(await this.#atGate(() => killQuietly(this.#host.processOf('body'))), 'old');
      case 'session-killed':
        return this.#expect(await this.#atGate((session) => killQuietly(session.pid ?? -1)), 'unknown');
      case 'session-killed-and-go':
        return this.#expect(
          await this.#atGate((session, go) => {
            killQuietly(session.pid ?? -1);
            go();
          }),
          'unknown',
        );
      case 'session-killed-at-once': {
        const started = (command: string, session: ChildProcess) => {
          if (isApply(command)) setTimeout(() => killQuietly(session.pid ?? -1), moment * 150);
        };
        await this.#apply({ started }).catch((error: unknown) => {
          // Ended while it was read: nothing was touched.
          if (!(error instanceof HostTrouble)) throw error;
        });
        return this.#untilFreeOrTaken();
      }
      case 'controller-gone':
        await this.#atGate((session, go) => {
          for (const end of [session.stdin, session.stdout, session.stderr]) end?.destroy();
          go();
        }, true);
        return undefined;
      case 'stopped':
      case 'all-stopped':
        return this.#stopped(fault === 'all-stopped');
      case 'all-killed':
        return this.#allKilled(before);
      case 'second-controller': {
        const both = await Promise.all([
          this.#apply({}, this.#plan, 5),
          this.#apply({}, this.#plan, moment < 0.5 ? 0 : 5),
        ]);
        const kinds = both.map((outcome) =>
          outcome.kind === 'planned' ? outcome.plan.refusals[0]?.kind : outcome.kind,
        );
        if (!/^applied (locked|stale-plan)$/.test(kinds.sort().join(' ')))
          throw new Error(`both: ${kinds.join(' ')}`);
        return undefined;
      }
      case 'moved': {
        const name = this.#plan.changes.find(({ before: there }) => there)?.interface ?? 'eno1';
        await this.#host.ip(`link set dev ${name} mtu 1200`);
        const now = await this.#state();
        const outcome = await this.#apply();
        const kind = outcome.kind === 'planned' ? outcome.plan.refusals[0]?.kind : outcome.kind;
        if (kind !== 'stale-plan') throw new Error(`not stale: ${kind}`);
        return now;
      }
      case 'late-confirmation':
        return this.#expect(
          await this.#apply({ before: (command) => this.#confirming(command, () => this.#host.untilFree()) }),
          'old',
        );
      case 'same-moment': {
        const start = { at: 0 };
        const outcome = await this.#apply({
          started: (command) => {
            if (isApply(command)) start.at = Date.now();
          },
          before: (command) =>
            this.#confirming(command, () => sleep(start.at + CONFIRM_S * 1000 + 200 * moment - Date.now())),
        });
        return this.#expect(outcome, 'either');
      }
    }
  }

  async #confirming(command: string, wait: () => Promise<void>): Promise<void> {
    if (command.includes(CONFIRM_NAME)) await wait();
  }

  #apply(tampering: Tampering = {}, plan = this.#plan, lockTimeoutS = 0): Promise<HostOutcome> {
    const connection = this.#host.connection(tampering);
    const context = {
      confirmTimeoutS: CONFIRM_S,
      lockTimeoutS,
      controller: 'test@fault',
      connectAgain: async () => this.#host.connection(tampering),
    };
    if (plan !== this.#plan || !this.#isReadToo) return applyPlan(connection, plan, context);
    const target = { host: plan.host, settings: sshSettings({}), manifest: plan.manifest };
    return readAndApply(connection, target, { guard: POLICY }, STAYS, context);
  }

  /** Over the session that reads the host, in half of the runs whose plan is that of the host as it is then. */
  get #isReadToo(): boolean {
    const { fault, moment } = this.#case;
    return !PLANNED_BEFORE.has(fault) && Math.floor(moment * 1000) % 2 === 1;
  }

  /** Stops after `at` steps and calls `act`; `abandoned`: nobody waits for the answer. */
  async #atGate(
    act: (session: ChildProcess, go: () => void) => void,
    abandoned = false,
  ): Promise<HostOutcome | undefined> {
    const gate = this.#host.programs.gate(this.#at);
    let session: ChildProcess | undefined;
    const ending = this.#apply({
      started: (command, child) => {
        if (isApply(command)) session = child;
      },
      before: (command) =>
        abandoned && command.includes(CONFIRM_NAME) ? new Promise(() => undefined) : Promise.resolve(),
    });
    if (!(await gate.reached(ending))) return this.#tooSlow(await ending);
    if (!session) throw new Error('no session');
    act(session, gate.open);
    const outcome = abandoned ? undefined : await ending;
    if (!abandoned) return outcome;
    await this.#host.untilFree();
    return undefined;
  }

  /** The timer was faster than the steps before the fault. */
  #tooSlow(outcome: HostOutcome): never {
    throw new TooSlow(JSON.stringify(outcome).slice(0, 200));
  }

  async #stopped(timerToo: boolean): Promise<undefined> {
    const gate = this.#host.programs.gate(this.#at);
    const ending = this.#apply();
    if (!(await gate.reached(ending))) return this.#expect(await ending, 'old');
    const pids = (timerToo ? ['body', 'ip', 'timer', 'sleep'] : ['body', 'ip']).map((name) =>
      this.#host.processOf(name),
    );
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    gate.open();
    if (timerToo) await sleep(CONFIRM_S * 1000 + 200);
    else await until(() => this.#host.leftovers().length === 0, 'the undoing');
    for (const pid of pids) signalQuietly(pid, 'SIGCONT');
    this.#expect(await ending, timerToo ? 'either' : 'old');
  }

  /** Nobody of the transaction is left: who comes next takes back what is half done, and is told that the host moved. */
  async #allKilled(before: string): Promise<undefined> {
    const gate = this.#host.programs.gate(this.#at);
    const ending = this.#apply();
    if (!(await gate.reached(ending))) return this.#expect(await ending, 'old');
    const half = planHost(this.#case.scene.manifest, await gather(this.#host.connection()), POLICY);
    const session = await this.#host.processes();
    for (const pid of session) signalQuietly(pid, 'SIGSTOP');
    for (const pid of session) signalQuietly(pid, 'SIGKILL');
    await ending;
    this.#host.programs.ungate();
    if (this.#host.leftovers().length === 0)
      throw new TooSlow('the timer was faster, and all is cleared away');
    // Without a holder, where it was killed as it cleared away, the lock is waited for and then taken.
    const wait = this.#host.expire() ? 0 : 15;
    const next =
      half.steps.length > 0 ? await this.#apply({}, half, wait) : await this.#apply({}, this.#plan, wait);
    const kind = next.kind === 'planned' ? next.plan.refusals[0]?.kind : next.kind;
    const now = await this.#state();
    if (kind === 'stale-plan' && now === before) return undefined;
    // Planned from a state that shows nothing of the half: then it is made, or found not to lead where it should.
    if (kind === 'applied') return this.#expect(next, 'either');
    throw new Error(`taken over: ${kind}, ${now === before ? 'old' : 'not old'}`);
  }

  /** A session that ended before the timer was armed leaves a lock that the next one takes over. */
  async #untilFreeOrTaken(): Promise<undefined> {
    const end = Date.now() + CONFIRM_S * 1000 + 1500;
    while (this.#host.leftovers().length > 0 && Date.now() < end) await sleep(20);
    if (this.#host.leftovers().length > 0) this.#expect(await this.#apply({}, this.#plan, 12), 'new');
  }

  #with(operation: Step['operation']): PlannedHost {
    const steps = [...this.#plan.steps];
    steps.splice(this.#at, 0, { interfaces: ['sw1'], operation });
    return { ...this.#plan, steps };
  }

  #expect(outcome: HostOutcome | undefined, end: 'old' | 'new' | 'either' | 'unknown'): undefined {
    if (outcome?.kind !== 'applied')
      throw new Error(`outcome ${outcome?.kind}: ${JSON.stringify(outcome).slice(0, 300)}`);
    const results = new Set(outcome.results.values());
    const said = outcome.rolledBack
      ? 'old'
      : results.size === 1 && results.has('done') && outcome.problems.length === 0
        ? 'new'
        : 'unknown';
    const agrees = end === 'either' ? said !== 'unknown' : said === end;
    if (!agrees)
      throw new Error(
        `said ${said}, not ${end}: ${outcome.problems.map(({ message }) => message).join('; ')}`,
      );
    this.#said = said;
    return undefined;
  }
  #said: End | 'unknown' = 'unknown';
}

/** The kernel says no, and `ip` names the line. */
const REFUSED = { op: 'mtu', name: 'sw1', value: 70_000 } as const satisfies Step['operation'];
/** `ip` gives up on its arguments: exit 255, no line. */
const UNREADABLE = { op: 'mtu', name: 'sw1', value: 2 ** 32 } as const satisfies Step['operation'];

/** The process may have ended meanwhile. */
function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function madeBy({ changes }: PlannedHost): ReadonlySet<string> {
  const made = changes.filter(({ action }) => action === 'create' || action === 'replace');
  return new Set(made.map((change) => change.interface));
}

const newStates = new Map<string, Promise<string>>();

/** What a host of this scene has when nothing goes wrong: made once, and planned again to nothing. */
function newState(scene: FaultScene): Promise<string> {
  const known = newStates.get(scene.title) ?? makeNewState(scene);
  newStates.set(scene.title, known);
  return known;
}

async function makeNewState(scene: FaultScene): Promise<string> {
  const host = await FaultHost.make(scene.lines);
  try {
    const plan = await planned(host, scene);
    const connection = host.connection();
    const options = { confirmTimeoutS: 0, lockTimeoutS: 0, controller: 'test@fault' };
    await applyPlan(connection, plan, { ...options, connectAgain: async () => connection });
    const again = planHost(scene.manifest, await gather(connection), POLICY);
    if (again.changes.length > 0)
      throw new Error(`a second plan is not empty: ${JSON.stringify(again.changes)}`);
    await host.untilFree();
    return stateOf(await host.links(), host.base, madeBy(plan));
  } finally {
    await host.remove();
  }
}

export async function planned(host: FaultHost, scene: FaultScene): Promise<PlannedHost> {
  const plan = planHost(scene.manifest, await gather(host.connection()), POLICY);
  if (plan.steps.length === 0) throw new Error(`nothing to do: ${JSON.stringify(plan.refusals)}`);
  return plan;
}
