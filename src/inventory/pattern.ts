/**
 * Which hosts does a pattern mean? Ansible's pattern language over an inventory, and `--limit` over that. Pure; the
 * lines of a `--limit @file` are read elsewhere.
 */
import { type Inventory, LOCALHOST } from '../model/inventory.ts';
import { globMatcher } from './glob.ts';
import { matchRegex, RegexTime } from './name-regex.ts';
import { orderPatterns, type Subscript, splitPattern, splitSubscript } from './split-pattern.ts';

export interface PatternMatch {
  /**
   * Each host once, in Ansible's order: patterns as written, a group's hosts by level, globs as the sources name hosts.
   * Batches take this order; reports take the inventory's.
   */
  readonly hosts: readonly string[];
  /** A pattern that matches nothing, and the like. */
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

/** The hosts of a play's `hosts` or a command's PATTERN. */
export function matchHosts(inventory: Inventory, pattern: string | readonly string[]): PatternMatch {
  return evaluate(inventory, splitPattern(pattern));
}

/**
 * Those of `hosts` that `--limit` leaves, in their order. A limit that leaves nobody is an error, so with several plays
 * call it once, with the hosts of all of them. A limit from a file comes as a list, already split: one pattern each.
 */
export function limitHosts(
  inventory: Inventory,
  hosts: readonly string[],
  limit: string | readonly string[],
): PatternMatch {
  const patterns = typeof limit === 'string' ? splitPattern(limit) : limit;
  const allowed = evaluate(inventory, patterns);
  const inside = new Set(allowed.hosts.map((host) => identityOf(inventory, host)));
  const left = hosts.filter((host) => inside.has(identityOf(inventory, host)));
  if (left.length > 0 || inventory.hosts.size === 0 || allowed.errors.length > 0)
    return { ...allowed, hosts: left };
  const what = `--limit ${JSON.stringify(patterns.join(','))} leaves no host`;
  return { ...allowed, hosts: left, errors: [`${what}; give it a host or group that the run names`] };
}

/** The names of the implicit localhost mean one host, which goes by the one that was named first. */
function identityOf(inventory: Inventory, name: string): string {
  return inventory.implicit?.has(name) ? 'localhost' : name;
}

function evaluate(inventory: Inventory, patterns: readonly string[]): PatternMatch {
  const warnings: string[] = [];
  const errors: string[] = [];
  const hosts = new Map<string, string>();
  const add = (name: string) => {
    const identity = identityOf(inventory, name);
    if (!hosts.has(identity)) hosts.set(identity, name);
  };
  for (const pattern of orderPatterns(patterns)) {
    if (inventory.hosts.has(pattern)) {
      add(pattern);
      continue;
    }
    const found = matchOne(inventory, pattern.replace(/^[&!]/, ''));
    warnings.push(...found.warnings);
    errors.push(...found.errors);
    const those = new Set(found.hosts.map((host) => identityOf(inventory, host)));
    if (pattern.startsWith('!')) for (const one of those) hosts.delete(one);
    else if (pattern.startsWith('&')) {
      for (const one of hosts.keys()) if (!those.has(one)) hosts.delete(one);
    } else for (const host of found.hosts) add(host);
  }
  return { hosts: [...hosts.values()], warnings, errors };
}

/** One pattern without `&` or `!`. A host may come twice, as in Ansible, where a subscript counts it twice. */
function matchOne(inventory: Inventory, pattern: string): PatternMatch {
  if (pattern === '') return failed(pattern, 'is empty after "!" or "&"; part IPv6 addresses with commas');
  const { name, subscript } = splitSubscript(pattern);
  const listed = inventory.listed ?? [...inventory.hosts.keys()];
  const groups = matchNames(inventory, [...inventory.groups.keys()], name);
  if ('problem' in groups) return failed(pattern, groups.problem);
  const hosts = groups.matched.flatMap((group) => inventory.groups.get(group)?.hosts ?? []);
  // A dot is among the special signs in Ansible too, though it is none in a glob.
  if (groups.matched.length === 0 || name.startsWith('~') || /[.?*[]/.test(name)) {
    const byName = matchNames(inventory, listed, name);
    if ('problem' in byName) return failed(pattern, byName.problem);
    for (const host of byName.matched) hosts.push(host);
  }
  if (hosts.length > 0) return pick(hosts, subscript, pattern);
  if (LOCALHOST.includes(name)) {
    const listedAs = listed.find((host) => LOCALHOST.includes(host));
    if (listedAs !== undefined) return pick([listedAs], subscript, pattern);
    if (inventory.implicit?.has(name)) return pick([name], subscript, pattern);
  }
  if (groups.matched.length > 0 || name === 'all') return { hosts: [], warnings: [], errors: [] };
  const warning = `the pattern ${JSON.stringify(pattern)} matches no host or group; see "tapfleet inventory --graph"`;
  return { hosts: [], warnings: [warning], errors: [] };
}

/** An inventory is loaded anew for each run, and each round of `watch`. */
const times = new WeakMap<Inventory, RegexTime>();

function timeFor(inventory: Inventory): RegexTime {
  const known = times.get(inventory) ?? new RegexTime();
  times.set(inventory, known);
  return known;
}

function matchNames(
  inventory: Inventory,
  names: readonly string[],
  pattern: string,
): { readonly matched: readonly string[] } | { readonly problem: string } {
  if (pattern.startsWith('~')) return matchRegex(pattern.slice(1), names, timeFor(inventory));
  return { matched: names.filter(globMatcher(pattern)) };
}

function pick(hosts: readonly string[], subscript: Subscript | undefined, pattern: string): PatternMatch {
  if (!subscript) return { hosts, warnings: [], errors: [] };
  if ('index' in subscript || subscript.last === 0) {
    // Ansible reads [3:0] as [3], because its end is falsy (seen in 2.14).
    const host = hosts.at('index' in subscript ? subscript.index : subscript.first);
    if (host !== undefined) return { hosts: [host], warnings: [], errors: [] };
    return failed(pattern, `asks for a host beyond the ${hosts.length} that match`);
  }
  const { first, last = hosts.length - 1 } = subscript;
  return { hosts: hosts.slice(first, last + 1), warnings: [], errors: [] };
}

function failed(pattern: string, problem: string): PatternMatch {
  return { hosts: [], warnings: [], errors: [`the pattern ${JSON.stringify(pattern)} ${problem}`] };
}
