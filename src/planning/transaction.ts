/** The plan of one host → the transaction that makes it: what it rests on, its steps and the way back. Pure. */
import type { Change } from '../model/change.ts';
import type { Mac } from '../model/mac.ts';
import type { ObservedLink } from '../model/observed.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { Grounds, Transaction, TransactionOptions } from '../model/transaction.ts';
import { cksum } from './cksum.ts';
import { linkNamed } from './find-link.ts';
import { inverseOf } from './inverse.ts';
import { lowersOf } from './management.ts';

/**
 * Undefined where the host gave no lines to sum up: without them nothing would tell that it moved. `kept`: the host itself
 * has kept them.
 */
export function transactionOf(
  plan: PlannedHost,
  options: TransactionOptions,
  kept = false,
): Transaction | undefined {
  const names = fingerprintNames(plan);
  if (!kept && !names.some((name) => plan.observed.prints.has(name))) return undefined;
  return {
    ...options,
    steps: plan.steps,
    inverse: inverseOf(plan.steps, plan.observed),
    fingerprint: kept
      ? { kept, grounds: groundsOf(plan) }
      : { names, sum: cksum(fingerprintText(plan.observed.prints, names)) },
    replaced: plan.changes.flatMap(({ action, before }) =>
      action === 'replace' && before ? [{ name: before.name, ifindex: before.ifindex }] : [],
    ),
  };
}

/**
 * Undefined where anything that is there would change, or be taken from others (passthru): that rests on more than /sys tells.
 * What else new interfaces rest on, who has their lower device or their MAC, the kernel judges as it makes them.
 */
function groundsOf({ changes, observed }: PlannedHost): Grounds | undefined {
  const lowers = new Map<string, Grounds['lowers'][number]>();
  for (const { action, after } of changes) {
    if (action !== 'create' || !after || after.fields.mode === 'passthru') return undefined;
    const link = linkNamed(observed, after.fields.lower);
    if (!link?.mac) return undefined;
    lowers.set(link.name, lowerGround(link, link.mac));
  }
  return { free: changes.map((change) => change.interface), lowers: [...lowers.values()] };
}

export function lowerGround(
  { name, ifindex, mtu, up, master }: ObservedLink,
  mac: Mac,
): Grounds['lowers'][number] {
  return { name, ifindex, mtu, mac, up, isPort: master !== undefined };
}

/** The interfaces that change, also those that must not be there yet, and the devices they stand on. */
export function fingerprintNames({ changes, observed }: PlannedHost): string[] {
  const names = changes.flatMap((change: Change) => [
    change.interface,
    ...lowersOf(change).map((lower) => linkNamed(observed, lower)?.name ?? lower),
  ]);
  return [...new Set(names)].sort();
}

/** The lines of section `prints` for these names, in the host's order, as the host itself will sum them up. */
function fingerprintText(prints: ReadonlyMap<string, string>, names: readonly string[]): string {
  const wanted = new Set(names);
  const lines = [...prints].flatMap(([name, line]) => (wanted.has(name) ? [line] : []));
  return `${lines.join('\n')}\n`;
}

/** What moved, for the message of a host that is no longer as it was planned: names of links. */
export function movedLinks(plan: PlannedHost, now: ReadonlyMap<string, string>): readonly string[] {
  return fingerprintNames(plan).filter((name) => plan.observed.prints.get(name) !== now.get(name));
}
