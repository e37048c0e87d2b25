/**
 * Is a host still what was agreed to? The links that a plan rests on, its steps, and whom it would cut off are held
 * against what the host has now. Pure.
 */
import { batchOf } from '../iproute/batch.ts';
import type { Expectation } from '../model/expectation.ts';
import { type Holder, holderText } from '../model/observed.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { movedSince, movedText } from './moved.ts';
import { fingerprintNames } from './transaction.ts';

export function expectationOf(plan: PlannedHost): Expectation {
  return {
    batch: batchOf(plan.steps),
    prints: new Map(fingerprintNames(plan).map((name) => [name, plan.observed.prints.get(name) ?? null])),
    holders: new Map(
      plan.changes.flatMap(({ interface: name, disruptions, holders }) =>
        disruptions.length > 0 ? [[name, holders]] : [],
      ),
    ),
  };
}

/**
 * The plan, or where the host moved the same plan refused: nothing may be done. A host of a saved plan had no refusal, so
 * one that has now has moved, too; why it would not do stands behind.
 */
export function holdTo(expected: Expectation, now: PlannedHost): PlannedHost {
  const reason = staleReason(expected, now);
  if (reason === undefined) return now;
  const problem: Problem = {
    kind: 'stale-plan',
    message: `${reason}; nothing was touched${isDone(now) ? '' : ': plan again'}`,
  };
  return { ...now, refusals: [problem, ...now.refusals], steps: [] };
}

function staleReason(expected: Expectation, now: PlannedHost): string | undefined {
  const moved = movedSince(expected.prints, now);
  if (moved.length > 0) {
    const what = movedText(moved, expected.prints, now.observed.prints);
    return `changed on the host since the plan was made: ${what}${isDone(now) ? '; the host is as declared already' : ''}`;
  }
  for (const [name, planned] of expected.holders) {
    const stranger = newHolder(planned, now.observed.macvtaps.get(name)?.holders ?? []);
    if (stranger !== undefined) return `${name} is held by ${stranger} now, which the plan did not show`;
  }
  // What the guard says tells more than that it has something to say.
  if (now.refusals.length > 0) return 'what was planned may not be done any more';
  if (batchOf(now.steps) !== expected.batch) {
    return isDone(now)
      ? 'the host is as declared already: what was planned has been done since'
      : 'the host would now need other steps than those that were planned';
  }
  return undefined;
}

/** There is nothing left to plan. */
function isDone({ changes, refusals }: PlannedHost): boolean {
  return changes.length === 0 && refusals.length === 0;
}

/** A guest that was started anew is the same guest with another pid. */
function newHolder(
  planned: readonly Holder[] | 'unknown',
  now: readonly Holder[] | 'unknown',
): string | undefined {
  if (planned === 'unknown') return undefined;
  if (now === 'unknown') return 'processes that cannot be seen';
  const known = new Set(planned.map(identityOf));
  const stranger = now.find((holder) => !known.has(identityOf(holder)));
  return stranger && holderText(stranger);
}

function identityOf({ guest, command }: Holder): string {
  return guest === undefined ? `command ${command}` : `guest ${guest}`;
}
