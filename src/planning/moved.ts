/** Which of the links that a plan rests on are no longer as they were, and in what? Pure. */
import { differencesOf, withoutFields } from '../iproute/link-line.ts';
import type { PlannedHost } from '../model/plan.ts';
import { type Ignored, ignoredBy } from './ignore.ts';

/** Lines of `ip -d -o link show` by name; null or missing: there is no such link. */
export type LinkLines = ReadonlyMap<string, string | null>;

/** `eno1 (mtu 1500 → 1400)`; by name alone where no word of ours says what it is. */
export function movedText(names: readonly string[], before: LinkLines, now: LinkLines): string {
  return names.map((name) => `${name}${detail(before.get(name) ?? null, now.get(name) ?? null)}`).join(', ');
}

function detail(before: string | null, now: string | null): string {
  if (before === null) return now === null ? '' : ' (is there now)';
  if (now === null) return ' (is gone)';
  const differences = differencesOf(before, now);
  return differences.length > 0 ? ` (${differences.join(', ')})` : '';
}

/** The names of those that moved; what a play leaves to others may be anything. */
export function movedSince(before: LinkLines, { manifest, observed }: PlannedHost): string[] {
  const owners = new Map([...manifest.present, ...manifest.absent].map(({ name, owner }) => [name, owner]));
  const ignored = ignoredBy(manifest.ignore);
  return [...before].flatMap(([name, line]) => {
    const owner = owners.get(name) ?? observed.macvtaps.get(name)?.mark?.owner;
    const left: Ignored = owner === undefined ? new Set() : ignored(name, owner);
    return isSame(line, observed.prints.get(name) ?? null, left) ? [] : [name];
  });
}

function isSame(before: string | null, now: string | null, ignored: Ignored): boolean {
  if (before === now) return true;
  if (before === null || now === null || ignored === 'everything' || ignored.size === 0) return false;
  return withoutFields(before, ignored) === withoutFields(now, ignored);
}
