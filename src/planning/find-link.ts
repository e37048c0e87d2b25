/** Which device of a host does a name mean? Names and alternative names are one set on a host. Pure. */
import type { ObservedLink, ObservedState } from '../model/observed.ts';

/** The device that a name or an alternative name means on this host. */
export function linkNamed(observed: ObservedState, name: string): ObservedLink | undefined {
  const direct = observed.links.get(name);
  if (direct) return direct;
  for (const link of observed.links.values()) if (link.altnames.includes(name)) return link;
  return undefined;
}

/** Who has a name that is wanted, under whatever name; not one that is deleted, for deletions come first. */
export function nameHolder(
  observed: ObservedState,
  name: string,
  goes: ReadonlySet<string>,
): ObservedLink | undefined {
  const link = linkNamed(observed, name);
  return link && goes.has(link.name) ? undefined : link;
}
