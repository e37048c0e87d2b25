/**
 * Which differences are left to others? A play's `ignore` says so; here it is applied to what the comparison found, so
 * that a plan, a drift report and the verification after an apply all leave out the same. Pure.
 *
 * | the interface                       | a rule with `fields`                   | a rule without               |
 * |-------------------------------------|----------------------------------------|------------------------------|
 * | is missing                          | no effect: it is created as declared    | not created                  |
 * | differs                             | those fields are left, others are set   | left as it is, mark and all  |
 * | must be replaced for another field  | no effect: made anew means as declared  | left as it is                |
 * | is there and should not be          | no effect: it is deleted                | not deleted                  |
 *
 * A name that another owner or another kind of device holds is no difference: the guard refuses it, rule or no rule.
 */
import { globMatcher } from '../inventory/glob.ts';
import type { Change, IgnoredDifference } from '../model/change.ts';
import { FIELD_NAMES, type FieldName, type MacvtapFields, ONLY_IN_MODE } from '../model/macvtap.ts';
import type { IgnoreRule, WantedMacvtap } from '../model/manifest.ts';
import type { ObservedMacvtap } from '../model/observed.ts';

/** What of one interface is left to others. */
export type Ignored = 'everything' | ReadonlySet<FieldName>;

/** Answers for an interface by its name and the owner that a play or its mark gives it; all rules of the owner add up. */
export type IgnoredOf = (name: string, owner: string) => Ignored;

export function ignoredBy(rules: readonly IgnoreRule[]): IgnoredOf {
  const tests = rules.map((rule) => ({ ...rule, matches: rule.interfaces.map(globMatcher) }));
  return (name, owner) => {
    const hits = tests.filter((rule) => rule.owner === owner && rule.matches.some((test) => test(name)));
    if (hits.some(({ fields }) => fields === undefined)) return 'everything';
    return new Set(hits.flatMap(({ fields }) => fields ?? []));
  };
}

/** The change that is not made. */
export function ignoredDifference(
  { interface: name, action }: Change,
  fields: Change['fields'],
): IgnoredDifference {
  return { interface: name, action, fields };
}

/**
 * What is asked of an interface that is there when these fields are left to others: as good as not declared, but that
 * the lower device, the mode and the state, which nothing can be said without, are those that the host has.
 */
export function leaveToOthers(
  wanted: WantedMacvtap,
  before: ObservedMacvtap,
  fields: ReadonlySet<FieldName>,
): WantedMacvtap {
  const { lower, mode, state } = before.fields;
  const rest: { -readonly [K in keyof MacvtapFields]?: MacvtapFields[K] } = { ...wanted.fields };
  for (const field of fields) delete rest[field];
  const asked = {
    ...rest,
    lower: rest.lower ?? lower ?? wanted.fields.lower,
    mode: rest.mode ?? mode ?? wanted.fields.mode,
    state: rest.state ?? state ?? wanted.fields.state,
  };
  // In the mode that others chose, what only the declared mode knows cannot be set.
  for (const [field, onlyIn] of Object.entries(ONLY_IN_MODE) as [keyof typeof ONLY_IN_MODE, string][]) {
    if (asked.mode !== onlyIn) delete asked[field];
  }
  const ignored = FIELD_NAMES.filter(
    (field) => wanted.fields[field] !== undefined && (fields.has(field) || asked[field] === undefined),
  );
  return { ...wanted, fields: asked, ignored };
}
