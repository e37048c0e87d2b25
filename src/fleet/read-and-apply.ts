/**
 * One host read, planned and changed over one channel: the session that has read it waits for what is to be done, and does
 * it. That is one session, one shell and one sudo of the host, and two round trips less, than asking twice.
 */
import { applyInput, HOLDERS_FIRST, readApplyCommand } from '../host/apply-script.ts';
import { newNonce, sectionMark } from '../host/frame.ts';
import type { Answer } from '../host/read-gather.ts';
import { readGather } from '../host/read-gather.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { GuardOptions } from '../planning/guard.ts';
import type { Connection, Said } from '../remote/connection.ts';
import { type ApplyContext, applyPlan, prepare, Sending } from './apply.ts';
import { Patience } from './patience.ts';
import { READ_PATIENCE_MS, type ReachOptions } from './reach.ts';
import { askedFor, needsHolders, readPlan } from './read-plan.ts';
import type { Slot } from './schedule.ts';
import { QUIET_MS, READ_TIMEOUT_MS, readingOf, saidWhenRead } from './session.ts';
import { planOf, type Target } from './target.ts';

export interface ReadAndApplyOptions extends Pick<ReachOptions, 'commandTimeoutMs'> {
  readonly guard: GuardOptions;
}

/** Over a login that stands. Throws HostTrouble only where nothing was touched: then it may be done again. */
export async function readAndApply(
  connection: Connection,
  target: Target,
  options: ReadAndApplyOptions,
  slot: Slot,
  context: ApplyContext,
): Promise<HostOutcome> {
  const done = await attempt(connection, target, options, slot, context);
  if (done !== 'too-late') return done;
  // The session did not wait for us, or we had to wait ourselves, or something moved: what it found may be no more.
  const plan = await readPlan(connection, target, { ...options, prints: true }, slot);
  if (plan.steps.length === 0) return { kind: 'planned', host: plan.host, plan };
  return applyPlan(connection, plan, context);
}

async function attempt(
  connection: Connection,
  target: Target,
  { guard, commandTimeoutMs = READ_TIMEOUT_MS }: ReadAndApplyOptions,
  slot: Slot,
  context: ApplyContext,
): Promise<HostOutcome | 'too-late'> {
  const asked = askedFor(target, false);
  const nonce = newNonce();
  const patience = new Patience(slot, READ_PATIENCE_MS);
  const nothing: Said = { text: applyInput('', nonce), last: true };
  let plan: PlannedHost | undefined;
  let ready: Sending | HostOutcome | undefined;
  let looked = false;
  const say = (stdout: string): Said => {
    const reading = readGather({ stdout, stderr: '', code: 0 }, nonce);
    if ('problem' in reading) return nothing;
    plan = planOf(target, reading.observed, guard);
    if (needsHolders(plan) && !looked) {
      looked = true;
      // Not to be used: should no answer come, nobody has looked.
      plan = undefined;
      return {
        text: applyInput(HOLDERS_FIRST, nonce),
        next: { after: sectionMark(nonce, 'over'), say, quietMs: QUIET_MS },
      };
    }
    if (!patience.heard() || plan.steps.length === 0) return nothing;
    ready = prepare(plan, context, true);
    if (!(ready instanceof Sending)) return nothing;
    const { program, question, timeoutMs } = ready;
    context.changing?.(plan);
    return { text: applyInput(program, nonce), timeoutMs, ...(question ? { next: question } : {}) };
  };
  let answer: Answer;
  try {
    answer = await connection.exec(readApplyCommand(nonce, asked), {
      timeoutMs: commandTimeoutMs,
      ...saidWhenRead(nonce, say),
    });
    if (ready instanceof Sending) {
      const outcome = await ready.settle(connection, answer, nonce);
      return outcome === 'moved' ? 'too-late' : outcome;
    }
  } catch (error) {
    if (ready instanceof Sending) return ready.lost(error);
    throw error;
  } finally {
    await patience.end();
  }
  if (ready) return ready;
  if (!plan) readingOf(answer, nonce);
  if (!plan) return 'too-late';
  return plan.steps.length === 0 ? { kind: 'planned', host: plan.host, plan } : 'too-late';
}
