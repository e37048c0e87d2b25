/**
 * What does an interface that is made anew keep, of what no playbook says? A value that somebody set stays set, as far as
 * the new one can have it. Pure.
 */
import type { FieldChange } from '../model/change.ts';
import { FIELD_NAMES, MAX_TXQUEUELEN, type MacvtapFields } from '../model/macvtap.ts';
import type { WantedMacvtap } from '../model/manifest.ts';
import type { ObservedMacvtap, ObservedState } from '../model/observed.ts';
import { linkNamed } from './find-link.ts';

/** The declared fields, and those that a replacement keeps. */
export function keptFields(
  before: ObservedMacvtap,
  wanted: WantedMacvtap,
  lowerMtu: number,
): Partial<MacvtapFields> {
  const kept: { -readonly [K in keyof MacvtapFields]?: MacvtapFields[K] } = { ...wanted.fields };
  const { mtu, txqueuelen, bcqueuelen, promisc, source_macs, nopromisc } = before.fields;
  if (kept.mtu === undefined && mtu !== undefined && mtu <= lowerMtu) kept.mtu = mtu;
  if (txqueuelen !== undefined && txqueuelen <= MAX_TXQUEUELEN) kept.txqueuelen ??= txqueuelen;
  if (bcqueuelen !== undefined) kept.bcqueuelen ??= bcqueuelen;
  if (promisc !== undefined) kept.promisc ??= promisc;
  if (nopromisc !== undefined && wanted.fields.mode === 'passthru') kept.nopromisc ??= nopromisc;
  if (source_macs !== undefined && wanted.fields.mode === 'source') kept.source_macs ??= source_macs;
  if (typeof before.fields.queues === 'number') kept.queues ??= before.fields.queues;
  return kept;
}

/**
 * The MTU that an interface has when all is done: a new one takes that of its lower device where nothing else is said,
 * and so does one that is made anew on a smaller one. Infinite where the lower device is not there.
 */
export function endMtu(
  wanted: WantedMacvtap,
  before: ObservedMacvtap | null,
  observed: ObservedState,
  isMade: boolean,
): number {
  const lowerMtu = linkNamed(observed, wanted.fields.lower)?.mtu ?? Number.POSITIVE_INFINITY;
  if (!isMade) return wanted.fields.mtu ?? before?.fields.mtu ?? lowerMtu;
  const { mtu } = before ? keptFields(before, wanted, lowerMtu) : wanted.fields;
  return mtu ?? lowerMtu;
}

/** An MTU that nobody declares stays what it is, unless the new lower device has a smaller one. */
export function withLostMtu(
  fields: readonly FieldChange[],
  wanted: WantedMacvtap,
  before: ObservedMacvtap,
  observed: ObservedState,
): readonly FieldChange[] {
  const { mtu } = before.fields;
  const after = endMtu(wanted, before, observed, true);
  if (wanted.fields.mtu !== undefined || mtu === undefined || after >= mtu) return fields;
  const lost: FieldChange = { field: 'mtu', before: mtu, after, cause: 'pending' };
  return FIELD_NAMES.flatMap((name) =>
    name === 'mtu' ? [lost] : fields.filter(({ field }) => field === name),
  );
}
