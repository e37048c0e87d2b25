/**
 * Answers which hosts are drawn as one: those of which the same is to be said. Outliers come first, so that the one host
 * that differs from a thousand is not looked for on the last page. Compares drawn text and decides nothing else.
 */
import { autoMac } from '../model/mac.ts';
import type { ReportHost } from '../model/report.ts';
import { compressNames } from './host-names.ts';
import { isUnread } from './host-state.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { withoutAddress } from './without-address.ts';

/** Fewer than this are quicker read one by one than as a list. */
const FOLD_FROM = 4;

/** What is said of one host: what follows its name on the same line, and the lines below. */
export interface HostBlock {
  readonly host: ReportHost;
  readonly state: string;
  readonly lines: readonly string[];
}

export interface FoldOptions {
  readonly style: Style;
  /** Every host by itself. */
  readonly verbose?: boolean | undefined;
}

/** Each group as its lines. */
export function foldHosts(blocks: readonly HostBlock[], { style, verbose }: FoldOptions): string[][] {
  const textOf = ({ host, state, lines }: HostBlock) => alike(host)([state, ...lines].join('\n'));
  return foldAlike(blocks, textOf, verbose).map((group) => {
    const [{ host, state, lines }] = group;
    const name = style.bold(namesOf(group));
    if (group.length === 1) return [state === '' ? name : `${name}  ${state}`, ...lines];
    const count = style.dim(`(${group.length} hosts)`);
    const common = alike(host);
    const together = common(state);
    return [`${name} ${count}${together === '' ? '' : `  ${together}`}`, ...lines.map(common)];
  });
}

type Group<T> = readonly [T, ...T[]];

/** Items of which the same text is said, the smallest groups first, then in the order given; small groups apart. */
export function foldAlike<T>(
  items: readonly T[],
  textOf: (item: T) => string,
  verbose: boolean | undefined,
): Group<T>[] {
  const single = (item: T): Group<T> => [item];
  if (verbose || items.length < FOLD_FROM) return items.map(single);
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const text = textOf(item);
    const group = groups.get(text);
    if (group) group.push(item);
    else groups.set(text, [item]);
  }
  const large = [...groups.values()].filter((group) => group.length >= FOLD_FROM);
  const folded = new Set(large.flat());
  return [
    ...items.filter((item) => !folded.has(item)).map(single),
    ...large.sort((a, b) => a.length - b.length),
  ];
}

export function namesOf(group: readonly { readonly host: ReportHost }[]): string {
  return compressNames(group.map(({ host }) => printable(host.host)));
}

const MAC = /(?:[\da-f]{2}:){5}[\da-f]{2}/g;

/**
 * Takes out of a host's text what hosts may differ in and still be alike: an address derived from the host's name, and
 * the host's own address. Goes once through the text, however many interfaces there are.
 */
export function alike(host: ReportHost): (text: string) => string {
  if (isUnread(host)) return withoutAddress;
  const derived = new Set<unknown>();
  for (const { interface: name, before, after } of host.changes) {
    const mac = autoMac(host.host, name);
    if (before?.mac === mac || after?.mac === mac) derived.add(mac);
  }
  if (derived.size === 0) return (text) => text;
  return (text) => text.replace(MAC, (mac) => (derived.has(mac) ? 'auto' : mac));
}
