/**
 * Desired against observed, one host: which interfaces differ, in which fields, and what each difference takes
 * (create, update, replace, delete). Decides meaning only: whether it may be done is guard.ts, how is steps.ts.
 *
 * | the playbook says | the host has            | outcome                                           |
 * |-------------------|-------------------------|---------------------------------------------------|
 * | present           | nothing of that name    | create                                            |
 * | present           | ours                    | nothing, update or replace                        |
 * | present           | a foreign macvtap       | adopted: update (the mark at least) or replace    |
 * | absent            | ours, or foreign        | delete                                            |
 * | nothing           | ours, owner is pruned   | delete                                            |
 * | nothing           | anything else           | not our business                                  |
 *
 * A name that is another owner's, or no macvtap at all, is left to the guard: no change is made of it. What a play
 * leaves to others (ignore.ts) is no change either, but it is told apart and never lost.
 */
import type { Change, FieldChange, IgnoredDifference } from '../model/change.ts';
import { compareText } from '../model/compare.ts';
import {
  disruptionReason,
  FIELD_NAMES,
  type MacvtapFields,
  replacementReason,
  sameValue,
} from '../model/macvtap.ts';
import type { Manifest, WantedMacvtap } from '../model/manifest.ts';
import { readMark, writeMark } from '../model/mark.ts';
import type { ObservedMacvtap, ObservedState } from '../model/observed.ts';
import { causeOf, combineCauses, hasDrifted } from './cause.ts';
import { linkNamed, nameHolder } from './find-link.ts';
import { type Ignored, ignoredBy, ignoredDifference, leaveToOthers } from './ignore.ts';
import { withLostMtu } from './kept.ts';

/** What a holder loses by a deletion, and by a replacement, which begins with one. */
const LINK_DELETED = 'the link is deleted; the guest’s open tap goes dead';

/** Both in the order of interface names. */
export interface Comparison {
  readonly changes: readonly Change[];
  readonly ignored: readonly IgnoredDifference[];
}

/** The changes of one host in the order of interface names. */
export function diffHost(manifest: Manifest, observed: ObservedState): readonly Change[] {
  return compareHost(manifest, observed).changes;
}

/** Everything that differs on one host: what is to be changed, and what is left to others. */
export function compareHost(manifest: Manifest, observed: ObservedState): Comparison {
  const found: Found[] = [];
  const declared = new Set<string>();
  const ignoredOf = ignoredBy(manifest.ignore);
  for (const { name } of manifest.present) declared.add(name);
  for (const { name, owner, ownedOnly } of manifest.absent) {
    declared.add(name);
    const there = observed.macvtaps.get(name);
    if (there && mayTouch(there, owner) && (there.mark || !ownedOnly)) {
      found.push(asWhole(deletion(there), ignoredOf(name, owner)));
    }
  }
  const pruned = new Set(manifest.pruneOwners);
  for (const there of observed.macvtaps.values()) {
    const { name, mark } = there;
    if (!declared.has(name) && mark && pruned.has(mark.owner)) {
      found.push(asWhole(deletion(there), ignoredOf(name, mark.owner)));
    }
  }
  const goes = new Set(found.flatMap(({ change }) => change?.interface ?? []));
  for (const wanted of manifest.present) {
    const ignored = ignoredOf(wanted.name, wanted.owner);
    found.push(comparePresent(canonical(wanted, observed), observed, ignored, goes));
  }
  const byName = (a: { readonly interface: string }, b: { readonly interface: string }) =>
    compareText(a.interface, b.interface);
  return {
    changes: found.flatMap(({ change }) => change ?? []).sort(byName),
    ignored: found.flatMap(({ ignored }) => ignored ?? []).sort(byName),
  };
}

/** What one interface comes to. */
interface Found {
  readonly change?: Change;
  readonly ignored?: IgnoredDifference;
}

/** A creation or a deletion, which only a rule for the whole interface can ignore. */
function asWhole(change: Change, ignored: Ignored): Found {
  return ignored === 'everything' ? { ignored: ignoredDifference(change, change.fields) } : { change };
}

function comparePresent(
  wanted: WantedMacvtap,
  observed: ObservedState,
  ignored: Ignored,
  goes: ReadonlySet<string>,
): Found {
  const whole = diffPresent(wanted, observed, goes);
  if (!whole) return {};
  if (ignored === 'everything' || !whole.before) return asWhole(whole, ignored);
  if (ignored.size === 0) return { change: whole };
  const left = leaveToOthers(wanted, whole.before, ignored);
  const rest = diffPresent(left, observed, goes);
  if (rest?.action === 'replace') return { change: madeAnew(whole, rest) };
  const fields = whole.fields.filter(({ field }) => field !== 'mark' && left.ignored?.includes(field));
  if (fields.length === 0) return rest ? { change: rest } : {};
  const action = fields.some((field) => field.replacementReason !== undefined) ? 'replace' : 'update';
  return {
    ignored: ignoredDifference({ ...whole, action }, fields),
    ...(rest ? { change: rest } : {}),
  };
}

/**
 * What is made anew is made as declared, ignored fields and all: nothing of the old interface is left for others to own,
 * and their next write finds it. `rest` knows what forces it, which can hang on a field that is left to others.
 */
function madeAnew(whole: Change, rest: Change): Change {
  const reasons = new Map(rest.fields.map(({ field, replacementReason }) => [field, replacementReason]));
  return {
    ...whole,
    action: 'replace',
    fields: whole.fields.map((field) => {
      const reason = field.replacementReason ?? reasons.get(field.field);
      return reason === undefined ? field : { ...field, replacementReason: reason };
    }),
    disruptions: rest.disruptions,
  };
}

/** Unmarked or marked with this owner; another owner's interface is never touched. */
export function mayTouch(observed: ObservedMacvtap, owner: string): boolean {
  return observed.mark === undefined || observed.mark.owner === owner;
}

/** Whether an interface of this MTU has IPv6 on this host: none below 1280 (IPV6_MIN_MTU), nor where it is off. */
export function hasIpv6(observed: ObservedState, mtu: number): boolean {
  if (mtu < 1280) return false;
  for (const link of observed.links.values()) if (link.addrgenmode !== undefined) return true;
  return false;
}

/** The lower device by its primary name: a macvtap's `link` shows that, whatever name it was created with. */
function canonical(wanted: WantedMacvtap, observed: ObservedState): WantedMacvtap {
  const lower = linkNamed(observed, wanted.fields.lower)?.name;
  if (lower === undefined || lower === wanted.fields.lower) return wanted;
  return { ...wanted, fields: { ...wanted.fields, lower } };
}

/**
 * The alias an interface has when all is done; a description that is not declared stays what it is.
 *
 * The mark says what was last applied, and an ignored field was not: its entry stays what it was, or is not there. With
 * the declared value in it, a field that was never applied would be called drift on the day the rule goes; without the
 * old entry, a field that somebody did change would be called pending.
 */
export function wantedAlias(wanted: WantedMacvtap, before: ObservedMacvtap | null): string {
  if (wanted.aliasBefore !== undefined) return wanted.aliasBefore;
  const { owner, fields, ignored = [] } = wanted;
  const applied: Partial<MacvtapFields> = Object.fromEntries(
    Object.entries(fields).filter(([field]) => !ignored.some((one) => one === field)),
  );
  const old = before?.mark?.applied;
  const kept = new Map(
    ignored.flatMap((field) => {
      const entry = old?.get(field);
      return entry === undefined ? [] : [[field, entry] as const];
    }),
  );
  return writeMark(owner, applied, fields.alias ?? before?.fields.alias ?? '', kept);
}

/** An undo that gives an adopted interface back. */
function leavesForeign({ aliasBefore }: WantedMacvtap): boolean {
  return aliasBefore !== undefined && readMark(aliasBefore) === undefined;
}

function diffPresent(
  wanted: WantedMacvtap,
  observed: ObservedState,
  goes: ReadonlySet<string>,
): Change | undefined {
  const before = observed.macvtaps.get(wanted.name);
  if (!before) return nameHolder(observed, wanted.name, goes) ? undefined : creation(wanted);
  if (!mayTouch(before, wanted.owner)) return undefined;
  const fields = diffFields(wanted, before);
  const markOnly = fields.length === 0 && !hasAlias(wanted, before);
  if (fields.length === 0 && !markOnly) return undefined;
  const replaces = fields.some((field) => field.replacementReason !== undefined);
  const all = markOnly
    ? [markChange(wanted, before)]
    : replaces
      ? withLostMtu(fields, wanted, before, observed)
      : fields;
  return {
    interface: wanted.name,
    action: replaces ? 'replace' : 'update',
    cause: combineCauses(all.map((field) => field.cause)),
    adopts: before.mark === undefined && !leavesForeign(wanted),
    fields: all,
    before,
    after: wanted,
    holders: before.holders,
    disruptions: replaces ? [LINK_DELETED] : disruptionsOf(all, wanted),
  };
}

/** The fields that a playbook declares and the host has otherwise, in the order of FIELD_NAMES. */
function diffFields(wanted: WantedMacvtap, before: ObservedMacvtap): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const field of FIELD_NAMES) {
    const after = wanted.fields[field];
    if (after === undefined || sameValue(before.fields[field], after)) continue;
    const reason = replacementReason(field, before.fields, wanted.fields);
    changes.push({
      field,
      before: before.fields[field] ?? null,
      after,
      cause: causeOf(field, before.mark, before.fields[field], after),
      ...(reason === undefined ? {} : { replacementReason: reason }),
    });
  }
  return changes;
}

/** True also where the alias cannot be written at all: the guard then says so. */
function hasAlias(wanted: WantedMacvtap, before: ObservedMacvtap): boolean {
  try {
    return wantedAlias(wanted, before) === before.rawAlias;
  } catch {
    return false;
  }
}

function markChange(wanted: WantedMacvtap, before: ObservedMacvtap): FieldChange {
  let after: string | null = null;
  try {
    after = wantedAlias(wanted, before);
  } catch {
    // Too long: refused by the guard, so the value is never used.
  }
  return { field: 'mark', before: before.mark ? before.rawAlias : null, after, cause: 'pending' };
}

function creation(wanted: WantedMacvtap): Change {
  return {
    interface: wanted.name,
    action: 'create',
    cause: 'pending',
    adopts: false,
    fields: FIELD_NAMES.flatMap((field) => {
      const after = wanted.fields[field];
      return after === undefined ? [] : [{ field, before: null, after, cause: 'pending' as const }];
    }),
    before: null,
    after: wanted,
    holders: [],
    disruptions: [],
  };
}

function deletion(before: ObservedMacvtap): Change {
  return {
    interface: before.name,
    action: 'delete',
    cause: hasDrifted(before) ? 'both' : 'pending',
    adopts: false,
    fields: [],
    before,
    after: null,
    holders: before.holders,
    disruptions: [LINK_DELETED],
  };
}

function disruptionsOf(fields: readonly FieldChange[], wanted: WantedMacvtap): string[] {
  return fields.flatMap(({ field }) => {
    const reason = field === 'mark' ? undefined : disruptionReason(field, wanted.fields);
    return reason === undefined ? [] : [reason];
  });
}
