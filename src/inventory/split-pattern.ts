/** What single patterns does a host pattern consist of, and in what order do they apply? Syntax only, no inventory. */
import { parseAddress } from './address.ts';

/**
 * `a:b`, `a,b` or a list, split as Ansible does. With a comma anywhere only commas part. Without one, a word that could
 * be a host's address stays whole: `hv[01:03]`, `fe80::1`, and also `hv01:22`, which then matches nothing.
 */
export function splitPattern(pattern: string | readonly string[]): readonly string[] {
  if (typeof pattern !== 'string') return pattern.flatMap(splitPattern);
  const parts = pattern.includes(',')
    ? pattern.split(',')
    : parseAddress(pattern)
      ? [pattern]
      : (pattern.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? []);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Unions first, then intersections, then exclusions, wherever they are written; with no union, `all`. */
export function orderPatterns(patterns: readonly string[]): readonly string[] {
  const unions = patterns.filter((one) => !/^[&!]/.test(one));
  const intersections = patterns.filter((one) => one.startsWith('&'));
  const exclusions = patterns.filter((one) => one.startsWith('!'));
  return [...(unions.length > 0 ? unions : ['all']), ...intersections, ...exclusions].filter(
    (one) => one !== '',
  );
}

/** The part of the matching hosts that `[0]`, `[-1]`, `[1:]` or `[0:4]` picks; `last` is inside the part. */
export type Subscript =
  | { readonly index: number }
  | { readonly first: number; readonly last: number | undefined };

export interface SinglePattern {
  readonly name: string;
  readonly subscript?: Subscript;
}

/** A pattern without `&` or `!`, its subscript taken off. In a `~regex` brackets belong to the expression. */
export function splitSubscript(pattern: string): SinglePattern {
  const match = pattern.startsWith('~')
    ? null
    : /^([\s\S]+)\[(?:(-?[0-9]{1,9})|([0-9]{1,9})[:-]([0-9]{0,9}))\]$/.exec(pattern);
  if (!match) return { name: pattern };
  const [, name = '', index, first = '', last = ''] = match;
  if (index !== undefined) return { name, subscript: { index: Number(index) } };
  return { name, subscript: { first: Number(first), last: last === '' ? undefined : Number(last) } };
}
