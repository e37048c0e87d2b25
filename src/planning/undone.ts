/** After a transaction was taken back: is the host as it was before? Judged from reading it again. Pure. */
import type { Change } from '../model/change.ts';
import { FIELD_NAMES, sameValue } from '../model/macvtap.ts';
import { holderText, type ObservedMacvtap, type ObservedState } from '../model/observed.ts';
import type { ChangeResult } from '../model/outcome.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { Verdict } from './verify.ts';

/** `undone` for each change that left no trace; a problem for each that did, and for each tap that stays dead. */
export function judgeUndo(
  plan: PlannedHost,
  now: ObservedState,
  stepsMade: number,
): Verdict & { readonly rolledBack: boolean } {
  const results = new Map<string, ChangeResult>();
  const problems: Problem[] = [];
  for (const change of plan.changes) {
    const { interface: name } = change;
    const before = plan.observed.macvtaps.get(name);
    const back = sameInterface(before, now.macvtaps.get(name)) && sameNames(plan.observed, now, name);
    results.set(name, back ? 'undone' : 'unknown');
    if (!back) {
      const message = `${name}: could not be put back as it was: plan again to see what is left`;
      problems.push({ kind: 'kernel', interface: name, message });
    } else if (wasDeleted(plan, change, stepsMade)) problems.push(...deadTaps(change));
  }
  return { results, problems, rolledBack: [...results.values()].every((result) => result === 'undone') };
}

function sameInterface(before: ObservedMacvtap | undefined, now: ObservedMacvtap | undefined): boolean {
  if (!before || !now) return before === now;
  return (
    before.rawAlias === now.rawAlias &&
    FIELD_NAMES.every((field) => sameValue(before.fields[field], now.fields[field]))
  );
}

/** What is the host's own and in no field: its alternative names and its group. */
function sameNames(before: ObservedState, now: ObservedState, name: string): boolean {
  const [was, is] = [before.links.get(name), now.links.get(name)];
  if (!was || !is) return was === is;
  const names = new Set(is.altnames);
  return (
    was.group === is.group &&
    was.altnames.length === names.size &&
    was.altnames.every((one) => names.has(one))
  );
}

function wasDeleted(plan: PlannedHost, change: Change, stepsMade: number): boolean {
  return plan.steps.slice(0, stepsMade).some(({ operation }) => {
    if (operation.op === 'delete') return operation.name === change.interface;
    return operation.op === 'delete-group' && operation.names.includes(change.interface);
  });
}

/** The kernel gives a new interface of the same name no old descriptors. */
function deadTaps({ interface: name, holders }: Change): Problem[] {
  if (holders === 'unknown' || holders.length === 0) return [];
  const who = holders.map(holderText).join(', ');
  const message = `${name}: is back, but the open tap of ${who} cannot be given back: restart the guest or plug its interface in again`;
  return [{ kind: 'disruption', interface: name, message }];
}
