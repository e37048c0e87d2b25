/**
 * After an apply: is the host as planned? Judged by planning again from what the host now has, never by counting the
 * steps that seemed to succeed. Pure.
 */
import { type BatchFailure, explainFailure } from '../iproute/errors.ts';
import type { Change } from '../model/change.ts';
import type { ObservedState } from '../model/observed.ts';
import type { ChangeResult } from '../model/outcome.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { sayableAltnames } from './altnames.ts';
import { diffHost } from './diff.ts';

export interface Verdict {
  /** By interface of the plan. */
  readonly results: ReadonlyMap<string, ChangeResult>;
  readonly problems: readonly Problem[];
}

export function verifyHost(
  plan: PlannedHost,
  now: ObservedState,
  failure: BatchFailure | undefined,
): Verdict {
  const rest = new Map(diffHost(plan.manifest, now).map((change) => [change.interface, change]));
  const results = new Map<string, ChangeResult>(
    plan.changes.map(({ interface: name }) => [name, rest.has(name) ? 'not-done' : 'done']),
  );
  const problems: Problem[] = failure ? [batchProblem(plan, failure)] : [];
  for (const change of rest.values()) {
    const planned = plan.changes.find((one) => one.interface === change.interface);
    // What a failed batch never came to is told by `results`; what it left half done needs words.
    if (failure && planned && sameExtent(planned, change)) continue;
    problems.push({
      kind: failure ? 'kernel' : 'verification',
      interface: change.interface,
      message: `${change.interface}: ${describeRest(planned, change)}`,
    });
  }
  return { results, problems: [...problems, ...lostOf(plan, now, rest)] };
}

/** What is made anew keeps its group and its alternative names; no diff tells, for no playbook says them. */
function lostOf(plan: PlannedHost, now: ObservedState, rest: ReadonlyMap<string, Change>): Problem[] {
  return plan.changes.flatMap(({ interface: name, action }) => {
    const link = now.links.get(name);
    if (action !== 'replace' || rest.has(name) || !link) return [];
    const group = plan.observed.links.get(name)?.group;
    const names = sayableAltnames(plan.observed, name).filter((one) => !link.altnames.includes(one));
    const lost = [
      ...(group === link.group ? [] : [`its group is ${link.group}, planned ${group}`]),
      ...(names.length === 0
        ? []
        : [`without its alternative names ${names.map((one) => `"${one}"`).join(', ')}`]),
    ];
    if (lost.length === 0) return [];
    const message = `${name}: is there, but not as it was: ${lost.join('; ')}`;
    return [{ kind: 'verification', interface: name, message } as const];
  });
}

/** What a batch that ended early says, in words. */
export function batchProblem(plan: PlannedHost, { line, text }: BatchFailure): Problem {
  const step = line === undefined ? undefined : plan.steps[line - 1];
  if (!step)
    return {
      kind: 'kernel',
      message: `${text} (position unknown; what was done is told from reading the host again)`,
    };
  const name = step.interfaces.length === 1 ? step.interfaces[0] : undefined;
  const message = `${explainFailure(text, step.operation)}, at step ${line} of ${plan.steps.length} (${step.operation.op})`;
  return {
    kind: 'kernel',
    message: name === undefined ? message : `${name}: ${message}`,
    ...(name === undefined ? {} : { interface: name }),
  };
}

/** Nothing of the planned change was made. */
function sameExtent(planned: Change, rest: Change): boolean {
  return planned.action === rest.action && planned.fields.length === rest.fields.length;
}

function describeRest(planned: Change | undefined, rest: Change): string {
  if (!planned) return `changed on the host during the run (${rest.action}${fieldList(rest)})`;
  if (planned.action === 'replace' && rest.action === 'create')
    return 'was deleted and could not be created again';
  if (rest.action === 'create') return 'is not there';
  if (rest.action === 'delete') return 'is still there';
  return `is there, but not as planned${fieldList(rest)}`;
}

function fieldList({ fields }: Change): string {
  if (fields.length === 0) return '';
  return `: ${fields.map(({ field, before, after }) => `${field} is ${value(before)}, planned ${value(after)}`).join('; ')}`;
}

/** A list of addresses may have thousands. */
const MAX_SHOWN = 8;

function value(one: unknown): string {
  if (one === null) return 'unknown';
  if (!Array.isArray(one)) return String(one);
  const more = one.length - MAX_SHOWN;
  return `[${one.slice(0, MAX_SHOWN).join(', ')}${more > 0 ? `, … ${more} more` : ''}]`;
}
