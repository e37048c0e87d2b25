/**
 * Answers which hosts of a report are shown as one in formats that are read in a review, and how their names are
 * written in a bounded space. Compares texts that a format has drawn; knows no format and judges nothing.
 */
import { autoMac } from '../model/mac.ts';
import type { ReportChange, ReportHost } from '../model/report.ts';
import { compressNames } from './host-names.ts';
import { printable } from './printable.ts';
import { counted } from './value-text.ts';

export type Fold<T> = readonly [T, ...T[]];

/** Items of which the same text is said, in the order of their first one. */
export function foldBy<T>(items: readonly T[], textOf: (item: T) => string): Fold<T>[] {
  const folds = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const text = textOf(item);
    const fold = folds.get(text);
    if (fold) fold.push(item);
    else folds.set(text, [item]);
  }
  return [...folds.values()];
}

/** Outliers first: the host that differs from a thousand is what a reviewer must see. Stable among equals. */
export function outliersFirst<T>(folds: readonly Fold<T>[]): Fold<T>[] {
  return [...folds].sort((a, b) => a.length - b.length);
}

/** The host with every address that only its name gave it written as `auto`: such addresses part no hosts. */
export function withoutAutoMacs(host: ReportHost): ReportHost {
  return { ...host, changes: host.changes.map((change) => withoutAutoMac(host.host, change)) };
}

/** What a host has may be such an address too: one that is deleted, or no longer asked for. */
function withoutAutoMac(host: string, change: ReportChange): ReportChange {
  const { before, after } = change;
  const mac = autoMac(host, change.interface);
  if (before?.mac !== mac && after?.mac !== mac) return change;
  const auto = <T>(value: T) => (value === mac ? 'auto' : value);
  const within = (state: ReportChange['before']) => (state?.mac === mac ? { ...state, mac: 'auto' } : state);
  return {
    ...change,
    before: within(before),
    after: within(after),
    fields: change.fields.map((field) =>
      field.field === 'mac' ? { ...field, before: auto(field.before), after: auto(field.after) } : field,
    ),
  };
}

export interface ShortNames {
  readonly text: string;
  /** How many of the names the text leaves out. */
  readonly left: number;
}

/** `kvm[001-480],web1`, of as many names from the first on as have room; one name always, cut if it must be. */
export function shortNames(names: readonly string[], room: number): ShortNames {
  const shown = names.map(printable);
  const all = compressNames(shown);
  if (all.length <= room) return { text: all, left: 0 };
  let [fits, fails] = [1, shown.length];
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    if (compressNames(shown.slice(0, middle)).length <= room) fits = middle;
    else fails = middle;
  }
  return { text: cutText(compressNames(shown.slice(0, fits)), room), left: shown.length - fits };
}

/** The same as one text: `kvm[001-480] and 12 more hosts`. */
export function hostsText(hosts: readonly { readonly host: string }[], room: number): string {
  const names = hosts.map(({ host }) => host);
  const { text, left } = shortNames(names, room);
  return left === 0 ? text : `${text} and ${counted(left, 'more host')}`;
}

/** At most `room` UTF-16 units and no half character; what is cut off is counted. */
export function cutText(text: string, room: number): string {
  if (text.length <= room) return text;
  const kept = text.slice(0, room).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… (${text.length - kept.length} more characters)`;
}
