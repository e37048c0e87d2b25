/** What a host has, in a form in which two moments can be compared: links as JSON without what moves by itself. */

type Link = Readonly<Record<string, unknown>>;

const MOVING = new Set(['qdisc', 'operstate', 'linkmode']);
const MOVING_FLAGS = new Set(['NO-CARRIER', 'LOWER_UP', 'M-DOWN']);

/** Ifindexes count from `base`; those of `made` are left out, for they are new each time. */
export function stateOf(links: readonly Link[], base: number, made: ReadonlySet<string> = new Set()): string {
  return links
    .map((link) => canonical(link, base, made.has(String(link.ifname))))
    .sort()
    .join('\n');
}

function canonical(link: Link, base: number, made: boolean): string {
  const kept = Object.entries(link).flatMap(([key, value]): [string, unknown][] => {
    if (MOVING.has(key)) return [];
    if (key === 'ifindex') return made ? [] : [[key, Number(value) > base ? Number(value) - base : value]];
    if (key === 'flags') return [[key, (value as string[]).filter((flag) => !MOVING_FLAGS.has(flag))]];
    return [[key, sortedSources(value)]];
  });
  // A list has no order of its own where it is a set; key order is the kernel's and stays.
  return JSON.stringify({ ifname: link.ifname, ...Object.fromEntries(kept) });
}

function sortedSources(value: unknown): unknown {
  const info = value as { readonly info_data?: { readonly macaddr_data?: readonly string[] } } | null;
  const list = info?.info_data?.macaddr_data;
  if (!list) return value;
  return { ...info, info_data: { ...info.info_data, macaddr_data: [...list].sort() } };
}

/** What is neither as it was nor as it was to be, for the message of a test that fails. */
export function difference(now: string, before: string, after: string): string {
  const known = new Set([...before.split('\n'), ...after.split('\n')]);
  const odd = now.split('\n').filter((line) => !known.has(line));
  return odd.length > 0 ? odd.join('\n') : `a mixture:\n${now}`;
}
