/**
 * Answers which matches are drawn as one: hosts of which the same is to be said but for addresses, process ids and guests.
 * The worst status comes first, and of one status the smallest group: what is rare is what a reader looks for.
 */
import { STATUSES } from '../../../model/report.ts';
import { withoutAddress } from '../../without-address.ts';
import type { Leaf } from '../packed.ts';
import type { Match } from './find.ts';

/** Fewer than this are quicker read one by one. */
const FOLD_FROM = 4;
const MAC = /[0-9a-f]{2}(?::[0-9a-f]{2}){5}/g;

export type Group = readonly [Match, ...Match[]];

export function foldMatches(matches: readonly Match[], fold: boolean): Group[] {
  const groups = new Map<string, [Match, ...Match[]]>();
  const numbers = new Map<object, number>();
  for (const [index, match] of matches.entries()) {
    const key = fold ? alikeKey(match, numbers) : String(index);
    const group = groups.get(key);
    if (group) group.push(match);
    else groups.set(key, [match]);
  }
  const folded = [...groups.values()].flatMap((group): Group[] =>
    group.length >= FOLD_FROM ? [group] : group.map((match): Group => [match]),
  );
  const rank = ([{ host }]: Group) => -STATUSES.indexOf(host.status);
  // Hosts by themselves are all of one size: they keep the order of the inventory.
  return folded.sort((a, b) => rank(a) - rank(b) || a.length - b.length);
}

function alikeKey({ host, changes }: Match, numbers: Map<object, number>): string {
  const own = changes.map(({ shape, leaves, guests }) => [
    shape,
    ...leaves.map((leaf, index) => (guests.has(index) ? '' : withoutMacs(leaf))),
  ]);
  return JSON.stringify([kindNumber(host.kind, numbers), own]);
}

/** Kinds that differ in the address of the host alone have one number. */
function kindNumber(kind: Match['host']['kind'], numbers: Map<object, number>): number | string {
  const known = numbers.get(kind);
  if (known !== undefined) return known;
  const { error, errors } = kind;
  if (kind.status === 'unreachable' && error && !errors) {
    return JSON.stringify({ ...kind, error: { ...error, message: withoutAddress(error.message) } });
  }
  numbers.set(kind, numbers.size);
  return numbers.size - 1;
}

function withoutMacs(leaf: Leaf): string {
  return typeof leaf === 'number' ? '' : leaf.replace(MAC, 'mac');
}
