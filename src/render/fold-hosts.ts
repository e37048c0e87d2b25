/**
 * Answers which hosts are drawn as one: those of which the same is to be said. Outliers come first, so that the one host
 * that differs from a thousand is not looked for on the last page. Compares drawn text and decides nothing else.
 */
import { autoMac } from '../model/mac.ts';
import type { ReportHost } from '../model/report.ts';
import { type Fold, foldBy, withoutAutoMacs } from './fold-report.ts';
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

/**
 * Each group as its lines. Thousands of hosts hardly say anything of their own: those whose rows are alike are put together
 * first, and one of each kind is drawn.
 */
export function foldHosts(
  hosts: readonly ReportHost[],
  draw: (host: ReportHost) => HostBlock,
  { style, verbose }: FoldOptions,
): string[][] {
  const single = ({ host, state, lines }: HostBlock) => {
    const name = style.bold(namesOf([{ host }]));
    return [state === '' ? name : `${name}  ${state}`, ...lines];
  };
  if (verbose) return hosts.map((host) => single(draw(host)));
  const placed = hosts.map((host, place) => ({ host, place }));
  const kinds = foldBy(placed, ({ host }) => rowKey(host)).map((of) => ({ of, block: draw(of[0].host) }));
  const groups = foldBy(kinds, ({ block: { host, state, lines } }) =>
    alike(host)([state, ...lines].join('\n')),
  ).map((some) => ({
    block: some[0].block,
    of: some.flatMap((kind) => kind.of).sort((a, b) => a.place - b.place),
  }));
  const few = groups.flatMap(({ of }) => (of.length < FOLD_FROM ? of : []));
  const large = groups.filter(({ of }) => of.length >= FOLD_FROM).sort((a, b) => a.of.length - b.of.length);
  return [
    ...few.sort((a, b) => a.place - b.place).map(({ host }) => single(draw(host))),
    ...large.map(({ block: { host, state, lines }, of }) => {
      const count = style.dim(`(${of.length} hosts)`);
      const common = alike(host);
      const together = common(state);
      return [
        `${style.bold(namesOf(of))} ${count}${together === '' ? '' : `  ${together}`}`,
        ...lines.map(common),
      ];
    }),
  ];
}

/** The same for hosts of which the same is drawn; what is drawn can be the same of others too. */
function rowKey(row: ReportHost): string {
  return JSON.stringify({ ...withoutAutoMacs(row), host: undefined });
}

/** Items of which the same text is said, the smallest groups first, then in the order given; small groups apart. */
export function foldAlike<T>(
  items: readonly T[],
  textOf: (item: T) => string,
  verbose: boolean | undefined,
): Fold<T>[] {
  const single = (item: T): Fold<T> => [item];
  if (verbose || items.length < FOLD_FROM) return items.map(single);
  const large = foldBy(items, textOf).filter((group) => group.length >= FOLD_FROM);
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
