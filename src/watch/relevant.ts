/**
 * Which events of a host are worth reading it again? Those of macvtaps, of the devices below them, and of names that the
 * manifest names. All others (guests' own taps, containers, bridges) are passed over. Pure.
 */
import type { Manifest } from '../model/manifest.ts';
import type { ObservedState } from '../model/observed.ts';

export interface RelevantLinks {
  readonly names: ReadonlySet<string>;
  /** A lower device that is renamed, or declared by an altname, is told by its index. */
  readonly indexes: ReadonlySet<number>;
}

export function relevantLinks({ present, absent }: Manifest, observed: ObservedState): RelevantLinks {
  const names = new Set([...present, ...absent].map(({ name }) => name));
  for (const { fields } of present) names.add(fields.lower);
  const indexes = [...observed.links.values()].flatMap((link) =>
    names.has(link.name) || link.altnames.some((name) => names.has(name)) ? [link.ifindex] : [],
  );
  return { names, indexes: new Set(indexes) };
}

/** `[Deleted ]INDEX: NAME[@LOWER]: <FLAGS> …`, as `ip -o -d monitor link` prints (iproute2 4.11 to 7.1). */
const LINE = /^(?:Deleted )?(\d+): ([^\s@:]+)/;

/** A line that is none of those is worth a look: it may say that events were lost. */
export function isRelevant(line: string, { names, indexes }: RelevantLinks): boolean {
  const [, index, name = ''] = LINE.exec(line) ?? [];
  return (
    index === undefined || line.includes(' macvtap mode ') || names.has(name) || indexes.has(Number(index))
  );
}
