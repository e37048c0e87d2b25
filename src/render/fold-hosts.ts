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

/** The blocks of hosts one after the other, each drawn when it is asked for: thousands are never there at once. */
export function* drawEach(
  hosts: readonly ReportHost[],
  draw: (host: ReportHost) => HostBlock | undefined,
): Generator<HostBlock> {
  for (const host of hosts) {
    const block = draw(host);
    if (block) yield block;
  }
}

/** Each group as its lines. Of a group that is drawn as one, only the first block is kept. */
export function foldHosts(blocks: Iterable<HostBlock>, { style, verbose }: FoldOptions): string[][] {
  const textOf = ({ host, state, lines }: HostBlock) => alike(host)([state, ...lines].join('\n'));
  return foldAlike(blocks, textOf, verbose).map(({ first: { host, state, lines }, hosts }) => {
    const name = style.bold(namesOf(hosts));
    if (hosts.length === 1) return [state === '' ? name : `${name}  ${state}`, ...lines];
    const count = style.dim(`(${hosts.length} hosts)`);
    const common = alike(host);
    const together = common(state);
    return [`${name} ${count}${together === '' ? '' : `  ${together}`}`, ...lines.map(common)];
  });
}

/** Items drawn as one: the first of them, and the hosts of all. */
export interface Group<T> {
  readonly first: T;
  readonly hosts: readonly ReportHost[];
}

/** Items of which the same text is said, the smallest groups first, then in the order given; small groups apart. */
export function foldAlike<T extends { readonly host: ReportHost }>(
  items: Iterable<T>,
  textOf: (item: T) => string,
  verbose: boolean | undefined,
): Group<T>[] {
  const single = (item: T): Group<T> => ({ first: item, hosts: [item.host] });
  if (verbose) return Array.from(items, single);
  const groups = new Map<
    string,
    { readonly few: T[]; readonly places: number[]; readonly hosts: ReportHost[] }
  >();
  let place = 0;
  for (const item of items) {
    const text = textOf(item);
    const group = groups.get(text) ?? { few: [], places: [], hosts: [] };
    if (group.hosts.length === 0) groups.set(text, group);
    group.hosts.push(item.host);
    if (group.hosts.length < FOLD_FROM) {
      group.few.push(item);
      group.places.push(place);
    } else group.few.length = 1;
    place++;
  }
  const all = [...groups.values()];
  const small = all.filter(({ hosts }) => hosts.length < FOLD_FROM);
  const apart = small.flatMap(({ few, places }) => few.map((item, n) => ({ item, place: places[n] ?? 0 })));
  const large = all.filter(({ hosts }) => hosts.length >= FOLD_FROM);
  return [
    ...apart.sort((a, b) => a.place - b.place).map(({ item }) => single(item)),
    ...large
      .sort((a, b) => a.hosts.length - b.hosts.length)
      .flatMap(({ few: [first], hosts }) => (first ? [{ first, hosts }] : [])),
  ];
}

export function namesOf(hosts: readonly ReportHost[]): string {
  return compressNames(hosts.map(({ host }) => printable(host)));
}

/** `10.0.0.7:22` as a word of its own. */
const HOST_ADDRESS = /(?<!\S)\S+:\d{1,5}(?=\s)/;
const MAC = /(?:[\da-f]{2}:){5}[\da-f]{2}/g;

/**
 * Takes out of a host's text what hosts may differ in and still be alike: an address derived from the host's name, and
 * the host's own address. Goes once through the text, however many interfaces there are.
 */
export function alike(host: ReportHost): (text: string) => string {
  if (isUnread(host)) return (text) => text.replace(HOST_ADDRESS, 'the host');
  const derived = new Set<unknown>();
  for (const { interface: name, after } of host.changes) {
    if (after?.mac && after.mac === autoMac(host.host, name)) derived.add(after.mac);
  }
  if (derived.size === 0) return (text) => text;
  return (text) => text.replace(MAC, (mac) => (derived.has(mac) ? 'auto' : mac));
}
