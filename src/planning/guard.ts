/**
 * May we? What the kernel would refuse and what we refuse ourselves, found from the two states before anything is
 * touched. Every refusal is data with a kind and a sentence; one of them is enough to leave the whole host alone.
 */

import type { Change } from '../model/change.ts';
import { compareText } from '../model/compare.ts';
import type { Manifest } from '../model/manifest.ts';
import { batchWord } from '../model/names.ts';
import { holderText, type ObservedState } from '../model/observed.ts';
import type { Problem } from '../model/problem.ts';
import { hasIpv6, mayTouch, wantedAlias } from './diff.ts';
import { linkNamed, nameHolder } from './find-link.ts';
import { guardDeletions, guardLockout } from './guard-limits.ts';
import { guardSiblings } from './guard-siblings.ts';
import { endMtu } from './kept.ts';
import { isMacvlan, refuse } from './refusal.ts';

export interface GuardOptions {
  /** `--allow-disruption`: holders may be cut off on every host of this run. */
  readonly allowDisruption: boolean;
  /** `--allow-lockout`: changes may put the management connection at risk. */
  readonly allowLockout?: boolean;
  /** `--max-delete`: deletions on one host; default half of what is owned there, at least 5. */
  readonly maxDelete?: number;
}

/** The refusals of one host in the order of interface names. */
export function guardHost(
  manifest: Manifest,
  observed: ObservedState,
  changes: readonly Change[],
  options: GuardOptions,
): Problem[] {
  const allowed = new Set(
    [...manifest.present, ...manifest.absent].flatMap((one) =>
      one.disruption === 'allow' ? [one.name] : [],
    ),
  );
  const goes = new Set(changes.flatMap((one) => (one.action === 'delete' ? [one.interface] : [])));
  const problems = [
    ...guardNames(manifest, observed, goes),
    ...changes.flatMap((change) => [
      ...guardWords(change, observed),
      ...guardLower(change, observed),
      ...guardFields(change, observed),
      ...(options.allowDisruption || allowed.has(change.interface) ? [] : guardHolders(change)),
      ...(options.allowLockout ? [] : guardLockout(observed, change)),
    ]),
    ...guardSiblings(observed, changes),
    ...guardDeletions(manifest, observed, changes, options.maxDelete),
  ];
  return problems
    .map((problem, index) => ({ problem, index }))
    .sort((a, b) => compareText(a.problem.interface ?? '', b.problem.interface ?? '') || a.index - b.index)
    .map(({ problem }) => problem);
}

/** Names that are taken: by something that is no macvtap, or by another owner. */
function guardNames(manifest: Manifest, observed: ObservedState, goes: ReadonlySet<string>): Problem[] {
  return [...manifest.present, ...manifest.absent].flatMap((wanted) => {
    const { name, owner } = wanted;
    const there = observed.macvtaps.get(name);
    if (there && !mayTouch(there, owner)) {
      const message = `belongs to the owner "${there.mark?.owner}", this play's owner is "${owner}": change it there, or rename this one`;
      return [refuse('foreign-owner', name, message)];
    }
    const link = there ? undefined : nameHolder(observed, name, goes);
    if (!link) return [];
    const what =
      link.name === name ? `a ${link.kind ?? 'physical'} device` : `another name of "${link.name}"`;
    return [refuse('foreign-kind', name, `the name is taken by ${what}, not a macvtap: choose another name`)];
  });
}

/** Names that are the host's own have to be said, too: of what is deleted, and to give it back. */
function guardWords({ interface: name, before }: Change, observed: ObservedState): Problem[] {
  if (!before) return [];
  const why =
    'which no line of "ip -batch" can hold (a hash sign, both quotes, a control character or no UTF-8)';
  if (batchWord(name) === undefined) {
    const message = `it has a name ${why}: rename or delete it on the host (ip link set dev … name …)`;
    return [refuse('unsupported', name, message)];
  }
  const { lower } = before.fields;
  if (lower !== undefined && batchWord(lower) === undefined) {
    const message = `it stands on "${lower}", a name ${why}: rename that device first (ip link set dev … name …)`;
    return [refuse('unsupported', name, message)];
  }
  const group = observed.links.get(name)?.group;
  if (group !== undefined && batchWord(group) === undefined) {
    const message = `it is in the group "${group}", a name ${why}: take it out of that group first (ip link set dev … group 0)`;
    return [refuse('unsupported', name, message)];
  }
  return [];
}

function guardLower({ interface: name, action, after }: Change, observed: ObservedState): Problem[] {
  if (!after || action === 'update') return [];
  const { lower } = after.fields;
  const link = linkNamed(observed, lower);
  if (!link) {
    const devices = [...observed.links.values()].filter((one) => one.linkType === 'ether' && !isMacvlan(one));
    const known = devices
      .map((one) => one.name)
      .sort()
      .slice(0, 8);
    const hint =
      known.length > 0
        ? `the host has ${known.join(', ')}${devices.length > 8 ? ', …' : ''}`
        : 'the host has no Ethernet device';
    return [refuse('lower-missing', name, `the lower device "${lower}" does not exist: ${hint}`)];
  }
  if (isMacvlan(link)) {
    const message = `the lower device "${lower}" is itself a ${link.kind}; the kernel would stack on "${link.lower}": name that`;
    return [refuse('lower-unusable', name, message)];
  }
  if (link.linkType !== 'ether') {
    return [
      refuse(
        'lower-unusable',
        name,
        `the lower device "${lower}" is not Ethernet (${link.linkType || 'unknown'})`,
      ),
    ];
  }
  const master = link.master === undefined ? undefined : observed.links.get(link.master);
  // A VRF takes no rx_handler; every other master does, and a device has one (netdev_rx_handler_register: EBUSY).
  if (link.master !== undefined && master?.kind !== 'vrf') {
    const message = `the lower device "${lower}" is a port of the ${master?.kind ?? 'device'} "${link.master}": stack on "${link.master}", or take it out`;
    return [refuse('lower-unusable', name, message)];
  }
  return [];
}

function guardFields(change: Change, observed: ObservedState): Problem[] {
  const { interface: name, after, before } = change;
  if (!after) return [];
  const problems: Problem[] = [];
  const lower = linkNamed(observed, after.fields.lower);
  const { mtu } = after.fields;
  if (lower && mtu !== undefined && mtu > lower.mtu) {
    const message = `mtu ${mtu} is above that of "${lower.name}" (${lower.mtu}): raise the lower device first, or lower this`;
    problems.push(refuse('mtu-above-lower', name, message));
  }
  const { addrgenmode } = after.fields;
  const end = endMtu(after, before, observed, change.action !== 'update');
  if (addrgenmode !== undefined && addrgenmode !== 'none' && !hasIpv6(observed, end)) {
    const why = end < 1280 ? `with an MTU of ${end} (below 1280)` : 'on this host';
    const message = `addrgenmode ${addrgenmode} needs IPv6, which an interface ${why} does not have: use none`;
    problems.push(refuse('unsupported', name, message));
  }
  if (after.fields.bcqueuelen !== undefined && !observed.knowsBcqueuelen) {
    const message = `bcqueuelen needs iproute2 5.11 or later; the host has ${observed.iproute2 || 'an unknown version'}`;
    problems.push(refuse('unsupported', name, message));
  }
  for (const { field, before: value } of change.fields) {
    if (!before || value !== null || field === 'mark') continue;
    if (field === 'bcqueuelen' && !observed.knowsBcqueuelen) continue;
    const message = `the host (${[`kernel ${observed.kernel}`, observed.iproute2].filter(Boolean).join(', ')}) does not show ${field}: leave it out`;
    problems.push(refuse('unsupported', name, message));
  }
  try {
    wantedAlias(after, before);
  } catch {
    const message = 'the description on the host leaves no room for the mark: declare a shorter "alias"';
    problems.push(refuse('alias-too-long', name, message));
  }
  return problems;
}

/** "Cannot tell" is no permission: a disruptive change needs to know that nobody is cut off. */
function guardHolders({ interface: name, holders, disruptions }: Change): Problem[] {
  if (disruptions.length === 0) return [];
  if (holders !== 'unknown' && holders.length === 0) return [];
  const way = 'stop the guest, or allow it with "disruption: allow" or --allow-disruption';
  if (holders === 'unknown') {
    const message = `cannot tell whether a guest holds it (the login may not look into other processes): ${way}`;
    return [refuse('disruption', name, message)];
  }
  const who = holders.map(holderText).join(', ');
  return [refuse('disruption', name, `${who} would be cut off: ${disruptions.join('; ')}; ${way}`)];
}
