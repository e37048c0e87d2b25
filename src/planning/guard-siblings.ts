/**
 * May they stand together? Rules over all that will stand on one lower device. Deletions come first and creations last,
 * so the final state decides: passthru is alone (macvlan_common_newlink: EINVAL), and no two that are up share a MAC,
 * nor share it with the lower device (macvlan_addr_busy: EADDRINUSE).
 */

import type { Change } from '../model/change.ts';
import { compareText } from '../model/compare.ts';
import type { WantedMacvtap } from '../model/manifest.ts';
import type { ObservedLink, ObservedState } from '../model/observed.ts';
import type { Problem } from '../model/problem.ts';
import { isMacvlan, refuse } from './refusal.ts';

/** One macvlan or macvtap as it will be when every change is made. */
interface Sibling {
  readonly name: string;
  readonly lower: string | undefined;
  readonly passthru: boolean;
  readonly up: boolean;
  readonly mac: string | undefined;
  readonly change: Change | undefined;
}

export function guardSiblings(observed: ObservedState, changes: readonly Change[]): Problem[] {
  const byLower = new Map<string | undefined, Sibling[]>();
  for (const one of siblingsAfter(observed, changes)) {
    const list = byLower.get(one.lower);
    if (list) list.push(one);
    else byLower.set(one.lower, [one]);
  }
  const freed = lowersWithUnknownMac(changes);
  return [...byLower].flatMap(([lower, siblings]) => {
    if (!siblings.some((one) => one.change)) return [];
    const mac = lower === undefined || freed.has(lower) ? undefined : observed.links.get(lower)?.mac;
    return [...guardPassthru(lower, siblings), ...guardAddresses(lower, mac, siblings)];
  });
}

function guardPassthru(lower: string | undefined, siblings: readonly Sibling[]): Problem[] {
  const [first, second] = siblings;
  const holder = siblings.find((one) => one.passthru);
  if (!first || !second || !holder) return [];
  return siblings.flatMap((one) => {
    if (!one.change) return [];
    if (!one.passthru) {
      const message = `"${holder.name}" holds "${lower}" in passthru mode, alone: use another lower device`;
      return [refuse('lower-unusable', one.name, message)];
    }
    const other = one === first ? second : first;
    const message = `passthru needs "${lower}" for itself, and "${other.name}" is on it: move or delete that first`;
    return [refuse('lower-unusable', one.name, message)];
  });
}

function guardAddresses(
  lower: string | undefined,
  lowerMac: string | undefined,
  siblings: readonly Sibling[],
): Problem[] {
  const upByMac = new Map<string | undefined, Sibling[]>();
  for (const one of siblings) {
    if (one.up && one.mac !== undefined) upByMac.set(one.mac, [...(upByMac.get(one.mac) ?? []), one]);
  }
  return siblings.flatMap((one) => {
    if (one.passthru || one.mac === undefined || !claimsAddress(one)) return [];
    // Of two that claim it, the later name is told.
    const twin = upByMac
      .get(one.mac)
      ?.find((other) => other !== one && !(one.up && claimsAddress(other) && other.name > one.name));
    if (!twin && lowerMac !== one.mac) return [];
    const whose = twin ? `"${twin.name}" on "${lower}"` : `the lower device "${lower}" itself`;
    return [refuse('address-in-use', one.name, `the MAC ${one.mac} is that of ${whose}: give it another`)];
  });
}

/** The kernel looks for a twin when an interface goes up, and when its address is set in place, even while down. */
function claimsAddress({ up, change }: Sibling): boolean {
  if (!change) return false;
  if (change.action !== 'update') return up;
  return change.fields.some(({ field }) => field === 'mac' || (field === 'state' && up));
}

/**
 * A passthru that goes away gives its lower device back the MAC it found (macvlan_uninit). Where we had given it one,
 * which MAC that was cannot be told beforehand.
 */
function lowersWithUnknownMac(changes: readonly Change[]): Set<string> {
  return new Set(
    changes.flatMap(({ action, before }) => {
      const goes = action === 'delete' || action === 'replace';
      const { mode, lower, mac } = before?.fields ?? {};
      return goes && mode === 'passthru' && lower !== undefined && before?.mark?.applied.get('mac') === mac
        ? [lower]
        : [];
    }),
  );
}

/** In the order of names, so that the order of `ip` never shows in a message. */
function siblingsAfter(observed: ObservedState, changes: readonly Change[]): Sibling[] {
  const changed = new Map(changes.map((change) => [change.interface, change]));
  const stay = [...observed.links.values()].flatMap((link) => {
    const change = changed.get(link.name);
    if (!isMacvlan(link) || change?.action === 'delete') return [];
    const after = change?.after;
    return [after ? wantedSibling(after, link, change) : observedSibling(link)];
  });
  const come = changes.flatMap((change) =>
    change.after && change.action === 'create' ? [wantedSibling(change.after, undefined, change)] : [],
  );
  return [...stay, ...come].sort((a, b) => compareText(a.name, b.name));
}

function wantedSibling(
  { name, fields }: WantedMacvtap,
  link: ObservedLink | undefined,
  change: Change | undefined,
): Sibling {
  return {
    name,
    lower: fields.lower,
    passthru: fields.mode === 'passthru',
    up: fields.state === 'up',
    mac: fields.mac ?? link?.mac,
    change,
  };
}

function observedSibling(link: ObservedLink): Sibling {
  return {
    name: link.name,
    lower: link.lower,
    passthru: link.mode === 'passthru',
    up: link.up,
    mac: link.mac,
    change: undefined,
  };
}
