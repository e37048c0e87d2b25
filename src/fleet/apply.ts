/**
 * One plan made on one host: sent as a transaction, verified, and confirmed; or taken back. Whatever happens to the
 * connection on the way, the host ends in the old state or the new one, and the outcome says what is known of it.
 */
import { applyCommand, applyInput } from '../host/apply-script.ts';
import { confirmCommand, undoCommand } from '../host/confirm-script.ts';
import { newNonce, sectionMark } from '../host/frame.ts';
import { type ApplyReading, readApply, readVerdict, type Verdict } from '../host/read-apply.ts';
import type { Answer } from '../host/read-gather.ts';
import { transactionProgram } from '../host/transaction-program.ts';
import type { ObservedState } from '../model/observed.ts';
import type { ChangeResult, HostOutcome } from '../model/outcome.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { Transaction, TransactionOptions } from '../model/transaction.ts';
import { lockoutReason } from '../planning/management.ts';
import { movedText } from '../planning/moved.ts';
import { movedLinks, transactionOf } from '../planning/transaction.ts';
import { judgeUndo } from '../planning/undone.ts';
import { batchProblem, verifyHost } from '../planning/verify.ts';
import { type Connection, HostTrouble, type Reply } from '../remote/connection.ts';
import { gather, QUIET_MS } from './session.ts';

/** A thousand interfaces take about 3 s of the kernel's time; deletion one by one 22 s. */
const APPLY_TIMEOUT_MS = 300_000;
/** Seconds of the switch that `--no-confirm` cannot take away. */
const LOCKOUT_CONFIRM_S = 30;
/** For the undoing itself, and for an answer that waited for a cut connection to come back. */
const AFTER_UNDO_MS = 20_000;
/** A confirmation that comes too late waits for the end of the undoing. */
const CONFIRM_TIMEOUT_MS = APPLY_TIMEOUT_MS;

export interface ApplyContext extends TransactionOptions {
  /** A fresh login on the same host: what confirms a change that might have cut the old one. */
  readonly connectAgain: () => Promise<Connection>;
  /** Called before the host is told what to do: whatever happens from then on, it may be done. */
  readonly changing?: ((plan: PlannedHost) => void) | undefined;
}

/** Makes a plan on a host over a channel of its own. */
export async function applyPlan(
  connection: Connection,
  plan: PlannedHost,
  context: ApplyContext,
): Promise<HostOutcome> {
  const sending = prepare(plan, context, false);
  if (!(sending instanceof Sending)) return sending;
  const { nonce, timeoutMs, question } = sending;
  const stdin = applyInput(sending.program, nonce);
  const reply = question && { ...question, begun: sectionMark(nonce, 'begin') };
  context.changing?.(plan);
  try {
    const answer = await connection.exec(applyCommand(nonce), {
      stdin,
      timeoutMs,
      ...(reply ? { reply } : {}),
    });
    const outcome = await sending.settle(connection, answer);
    if (outcome !== 'moved') return outcome;
    const message = 'the host tells itself from what this session has read, and it has read nothing';
    throw new HostTrouble({ kind: 'bad-answer', message });
  } catch (error) {
    return sending.lost(error);
  }
}

/**
 * What is to be said to a host for a plan; or what became of it already, where it cannot be made. `kept`: to the session
 * that has read the host.
 */
export function prepare(plan: PlannedHost, asked: ApplyContext, kept: boolean): Sending | HostOutcome {
  const context = neverWithoutSwitch(plan, asked);
  if (!plan.observed.root) {
    const message =
      'the login is not root: changing interfaces needs root; use "become: true", -b or another user';
    return failed(plan, 'not-done', [{ kind: 'privilege', message }]);
  }
  const transaction = transactionOf(plan, context, kept);
  if (!transaction) {
    const message =
      'the host printed no links as text ("ip -d -o link show", sed): it could not be told whether it moved';
    return refused(plan, { kind: 'bad-answer', message });
  }
  return new Sending(plan, context, transaction);
}

/** One plan on its way to its host. */
export class Sending {
  readonly nonce = newNonce();
  /** Whole, but not yet as input. */
  readonly program: string;
  /** From its sending to its answer. */
  readonly timeoutMs: number;
  /** The last word over the same channel, where it may be said there. */
  readonly question: Reply | undefined;
  /** Read and judged once: where the host asks on the same channel, when it asks. */
  #heard: Heard | undefined;

  constructor(
    private readonly plan: PlannedHost,
    private readonly context: ApplyContext,
    transaction: Transaction,
  ) {
    this.program = transactionProgram(transaction, {
      nonce: this.nonce,
      since: Math.floor(Date.now() / 1000),
    });
    this.timeoutMs = answerTimeoutMs(context);
    const asks = context.confirmTimeoutS > 0 && plan.confirmOver === 'same-connection';
    this.question = asks
      ? {
          after: sectionMark(this.nonce, 'end'),
          say: (stdout) => ({ text: this.#lastWord(stdout) }),
          // Who waits for a lock, or has long work, is silent too, and then confirmed over another channel.
          quietMs: QUIET_MS,
        }
      : undefined;
  }

  #lastWord(stdout: string): string {
    this.#heard = hear(this.plan, readApply({ stdout, stderr: '', code: 0 }, this.nonce));
    return this.#heard.kind === 'done' && this.#heard.verdict.problems.length === 0 ? 'confirm\n' : 'wait\n';
  }

  /**
   * `reading`: the nonce under which the same session read the host before. `moved`: the host is no longer as that session
   * has read it, and nothing was touched.
   */
  async settle(connection: Connection, answer: Answer, reading?: string): Promise<HostOutcome | 'moved'> {
    const { plan, context, nonce } = this;
    const heard = this.#heard ?? hear(plan, readApply(answer, nonce, reading));
    if (heard.kind === 'moved') return 'moved';
    return settle(connection, plan, context, nonce, heard, readVerdict(answer, nonce));
  }

  /** What is known where the way to the host broke, or it said what cannot be used. A fault of ours is thrown on. */
  lost(error: unknown): HostOutcome {
    if (!(error instanceof HostTrouble)) throw error;
    const { confirmTimeoutS } = this.context;
    const way =
      confirmTimeoutS > 0
        ? `what was not confirmed the host takes back by itself within ${confirmTimeoutS} s`
        : 'it is unknown which changes were made: plan again to see';
    const problem = { ...error.problem, message: `${error.problem.message}; ${way}` };
    return failed(this.plan, 'unknown', [problem]);
  }
}

type Done = Extract<ApplyReading, { kind: 'done' }>;
/** What became of a transaction; where every step was made, with the verdict of reading the host again. */
type Heard = Exclude<ApplyReading, Done> | (Done & { readonly verdict: ReturnType<typeof verifyHost> });

function hear(plan: PlannedHost, reading: ApplyReading): Heard {
  return reading.kind === 'done'
    ? { ...reading, verdict: verifyHost(plan, reading.observed, undefined) }
    : reading;
}

async function settle(
  connection: Connection,
  plan: PlannedHost,
  context: ApplyContext,
  nonce: string,
  reading: Exclude<Heard, { kind: 'moved' }>,
  said: Verdict | undefined,
): Promise<HostOutcome> {
  switch (reading.kind) {
    case 'locked': {
      const since =
        reading.since === undefined ? '' : ` since ${new Date(reading.since * 1000).toISOString()}`;
      const message = `${reading.who} is at work on this host${since}; nothing was touched: try again, or wait longer with --lock-timeout`;
      return refused(plan, { kind: 'locked', message });
    }
    case 'stale': {
      const moved = movedText(movedLinks(plan, reading.prints), plan.observed.prints, reading.prints);
      const message = `changed on the host since it was read: ${moved || 'a link'}; nothing was touched: plan again`;
      return refused(plan, { kind: 'stale-plan', message });
    }
    case 'untouched':
      return refused(plan, reading.problem);
    case 'problem':
      throw new HostTrouble(reading.problem);
    case 'failed': {
      const cause = batchProblem(plan, reading.failure);
      if (reading.undone === undefined)
        return { ...applied(plan), ...verifyHost(plan, reading.observed, reading.failure) };
      const stepsMade = reading.failure.line === undefined ? plan.steps.length : reading.failure.line - 1;
      const verdict = judgeUndo(plan, reading.observed, stepsMade);
      return { ...applied(plan), ...verdict, problems: [cause, ...verdict.problems] };
    }
    case 'late':
      return takenBack(plan, context, reading.observed, 'the steps were not made');
    case 'done': {
      const { verdict } = reading;
      if (context.confirmTimeoutS === 0) return { ...applied(plan), ...verdict };
      if (verdict.problems.length > 0) return takeBack(connection, plan, nonce, verdict.problems);
      if (said === 'confirmed') return { ...applied(plan), ...verdict };
      return confirm(connection, plan, context, nonce, verdict.results);
    }
  }
}

/** Over a new connection where the change might have cut the old one: that it can be made is the proof. */
async function confirm(
  connection: Connection,
  plan: PlannedHost,
  context: ApplyContext,
  nonce: string,
  results: ReadonlyMap<string, ChangeResult>,
): Promise<HostOutcome> {
  const again = !connection.open || plan.confirmOver === 'new-connection';
  const over = again ? await context.connectAgain() : connection;
  try {
    const answer = await over.exec(confirmCommand(nonce), { timeoutMs: CONFIRM_TIMEOUT_MS });
    const verdict = readVerdict(answer, nonce);
    if (verdict === 'confirmed') return { ...applied(plan), results, problems: [] };
    if (verdict === undefined) {
      throw new HostTrouble({ kind: 'not-confirmed', message: 'the host did not answer the confirmation' });
    }
    const now = await gather(over);
    return takenBack(plan, context, now, 'the change was made, but not confirmed');
  } finally {
    if (again) over.close();
  }
}

/** The host's timer was faster. */
function takenBack(
  plan: PlannedHost,
  { confirmTimeoutS }: ApplyContext,
  now: ObservedState,
  what: string,
): HostOutcome {
  const message = `${what} within ${confirmTimeoutS} s, so the host took it back: give it longer with --confirm-timeout`;
  const undo = judgeUndo(plan, now, plan.steps.length);
  return { ...applied(plan), ...undo, problems: [{ kind: 'not-confirmed', message }, ...undo.problems] };
}

async function takeBack(
  connection: Connection,
  plan: PlannedHost,
  nonce: string,
  problems: readonly Problem[],
): Promise<HostOutcome> {
  await connection.exec(undoCommand(nonce), { timeoutMs: APPLY_TIMEOUT_MS });
  const undo = judgeUndo(plan, await gather(connection), plan.steps.length);
  return { ...applied(plan), ...undo, problems: [...problems, ...undo.problems] };
}

/** What could lock us out has a dead-man switch whatever the run says: `--no-confirm` is for those who keep their way in. */
function neverWithoutSwitch(plan: PlannedHost, context: ApplyContext): ApplyContext {
  const risky = plan.changes.some((change) => lockoutReason(plan.observed, change) !== undefined);
  return risky && context.confirmTimeoutS === 0
    ? { ...context, confirmTimeoutS: LOCKOUT_CONFIRM_S }
    : context;
}

/** Past the dead-man switch there is nothing to wait for: the host has taken everything back, and its answer is late. */
function answerTimeoutMs({ confirmTimeoutS, lockTimeoutS }: ApplyContext): number {
  const work = confirmTimeoutS > 0 ? confirmTimeoutS * 1000 + AFTER_UNDO_MS : APPLY_TIMEOUT_MS;
  return lockTimeoutS * 1000 + work;
}

function applied(plan: PlannedHost) {
  return { kind: 'applied', host: plan.host, plan, rolledBack: false } as const;
}

function failed(plan: PlannedHost, result: ChangeResult, problems: readonly Problem[]): HostOutcome {
  return {
    ...applied(plan),
    results: new Map(plan.changes.map((change) => [change.interface, result])),
    problems,
  };
}

/** Nothing was touched: the plan comes back with its reason. */
function refused(plan: PlannedHost, problem: Problem): HostOutcome {
  return { kind: 'planned', host: plan.host, plan: { ...plan, refusals: [problem], steps: [] } };
}
