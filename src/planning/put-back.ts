/**
 * What does an undo ask of a host, as it is now? Interfaces as they were before a run, and what has become of them since →
 * what each must have, and what stays as somebody else has made it, with the reason. Pure.
 *
 * | the run  | the host has now                        | asked for                                                 |
 * |----------|-----------------------------------------|-----------------------------------------------------------|
 * | updated  | the interface                           | each field that the run changed and nobody else has since |
 * | replaced | the interface                           | all that it had                                           |
 * | deleted  | nothing of that name                    | all that it had                                           |
 * | replaced | nothing of that name                    | all that it had                                           |
 * | updated  | nothing of that name                    | nothing: somebody has deleted it                          |
 * | deleted  | a macvtap of that name                  | nothing: somebody has made it                             |
 * | any      | one without the mark that the run left  | nothing: somebody has made it anew                        |
 *
 * The mark goes back entry by entry in the same way, so that it says what is applied after a later run, too.
 */
import {
  FIELD_NAMES,
  type FieldName,
  type MacvtapFields,
  ONLY_IN_MODE,
  sameValue,
} from '../model/macvtap.ts';
import type { BeforeRun, Manifest, WantedMacvtap } from '../model/manifest.ts';
import { readMark, writeMark } from '../model/mark.ts';
import type { ObservedMacvtap, ObservedState } from '../model/observed.ts';
import { hasIpv6 } from './diff.ts';

export interface PutBack {
  /** Plain: nothing of it hangs on what the host has. */
  readonly manifest: Manifest;
  /** What stays, and why. */
  readonly warnings: readonly string[];
}

export function putBack(asked: Manifest, observed: ObservedState): PutBack {
  const { before, ...manifest } = asked;
  if (!before) return { manifest: asked, warnings: [] };
  const found = before.map((one) => {
    const { wanted, stays } = wantedBack(one, observed);
    return { wanted, warnings: stays.map((why) => `${one.name}: ${why}`) };
  });
  return {
    manifest: { ...manifest, present: found.flatMap(({ wanted }) => wanted ?? []) },
    warnings: found.flatMap(({ warnings }) => warnings),
  };
}

/** What is asked of one interface, and what of it stays as it is. */
interface Asked {
  readonly wanted?: WantedMacvtap;
  readonly stays: readonly string[];
}

function wantedBack(one: BeforeRun, observed: ObservedState): Asked {
  const there = observed.macvtaps.get(one.name);
  if (!there) {
    if (one.action !== 'update') return { wanted: asItWas(one), stays: [] };
    return { stays: ['the run only changed it, and it has been deleted since: it is not made anew'] };
  }
  if (there.rawAlias !== one.alias) {
    if (one.action === 'delete')
      return { stays: ['the run deleted it, and it has been made anew since: it stays as it is'] };
    if (!isWhatTheRunLeft(there, one))
      return { stays: ['it no longer has the mark that the run left: it stays as it is'] };
  }
  return one.action === 'update' ? changedBack(one, there, observed) : { wanted: asItWas(one), stays: [] };
}

function asItWas({ name, owner, where, fields, alias }: BeforeRun): WantedMacvtap {
  return { name, owner, where, disruption: 'refuse', fields, aliasBefore: alias };
}

/** Told by the mark; another owner's is left to the guard, which refuses it. */
function isWhatTheRunLeft({ rawAlias, mark }: ObservedMacvtap, { aliasAfter }: BeforeRun): boolean {
  if (aliasAfter === undefined || rawAlias === aliasAfter) return true;
  return (mark === undefined) === (readMark(aliasAfter) === undefined);
}

function changedBack(one: BeforeRun, there: ObservedMacvtap, observed: ObservedState): Asked {
  const { lower, mode, state } = there.fields;
  const fields: { -readonly [K in keyof MacvtapFields]?: MacvtapFields[K] } = {};
  const stays: string[] = [];
  const back = (field: FieldName) => Object.assign(fields, { [field]: one.fields[field] });
  for (const [field, made] of one.changed) {
    // The description is part of the alias.
    if (field === 'mark' || field === 'alias' || one.fields[field] === undefined) continue;
    const now = there.fields[field];
    const isTheRuns = made === undefined || sameValue(now, made) || sameValue(now, one.fields[field]);
    if (isTheRuns) back(field);
    else stays.push(`${field} has been changed since, from ${String(made)} to ${String(now)}: it stays`);
  }
  // What went with a field that the run changed: leaving source mode empties the list, an MTU below 1280 ends IPv6.
  if (fields.mode === 'source' && mode !== 'source') back('source_macs');
  if (
    fields.mtu !== undefined &&
    hasIpv6(observed, fields.mtu) &&
    !hasIpv6(observed, there.fields.mtu ?? 0)
  ) {
    if (one.fields.addrgenmode !== undefined) back('addrgenmode');
  }
  const asked = {
    ...fields,
    lower: fields.lower ?? lower ?? one.fields.lower,
    mode: fields.mode ?? mode ?? one.fields.mode,
    state: fields.state ?? state ?? one.fields.state,
  };
  for (const [field, onlyIn] of Object.entries(ONLY_IN_MODE) as [keyof typeof ONLY_IN_MODE, string][]) {
    if (asked.mode !== onlyIn) delete asked[field];
  }
  const alias = aliasBack(one, there);
  if (alias === undefined)
    return { stays: ['its description leaves no room for the mark: it stays as it is'] };
  return { wanted: { ...asItWas(one), fields: asked, aliasBefore: alias }, stays };
}

/**
 * The alias after the undoing. What the run wrote goes back to what was there, and what was written since stays: a mark in
 * which a later run's fields are not those that it applied would call them drift. Undefined where it would be too long.
 */
function aliasBack(
  { owner, alias, aliasAfter, changed }: BeforeRun,
  there: ObservedMacvtap,
): string | undefined {
  const before = readMark(alias);
  const now = there.mark;
  if (there.rawAlias === alias || there.rawAlias === aliasAfter) return alias;
  if (aliasAfter === undefined && (changed.has('mark') || !before || !now)) return alias;
  const after = aliasAfter === undefined ? undefined : readMark(aliasAfter);
  const entries = new Map(
    FIELD_NAMES.flatMap((field) => {
      const entry = now?.applied.get(field);
      const isTheRuns = after ? entry === after.applied.get(field) : changed.has(field) || !now;
      const kept = isTheRuns ? before?.applied.get(field) : entry;
      return kept === undefined ? [] : [[field, kept] as const];
    }),
  );
  const text = now?.text ?? there.rawAlias;
  const isTheRunsText = after ? text === after.text : aliasAfter === undefined && changed.has('alias');
  const textBefore = before?.text ?? alias;
  try {
    return writeMark(owner, {}, isTheRunsText ? textBefore : text, entries);
  } catch {
    return undefined;
  }
}
