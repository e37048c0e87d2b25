/**
 * Answers how secrets are taken out of a report before a format draws it. Formats escape, cut and fold, and a secret that
 * was escaped or cut is not found again in their text. Every text is looked at but those that are words of ours.
 */
import type { Report, ReportHost } from '../model/report.ts';
import { MASK } from './hide-secrets.ts';

/** Keys whose values are of a closed list: a password "update" must not take an action's name away. */
const OUR_WORDS: ReadonlySet<string> = new Set([
  'format_version',
  'command',
  'outcome',
  'status',
  'action',
  'cause',
  'confirm_over',
  'field',
  'kind',
  'result',
  'severity',
]);
/** Keys whose values name what a run is about; a file that is read back by a program has to keep them. */
const NAMES: ReadonlySet<string> = new Set(['host', 'interface', 'management_device']);
/** `command` is of our words only at the top: below, it is what a holder is called. */
const HOLDERS = 'holders';
/** What a playbook declares and a host has: numbers too can be secrets there. */
const VALUES: ReadonlySet<string> = new Set(['before', 'after']);

const NONE: ReadonlySet<string> = new Set();

type Hide = (text: string) => string;

export function hideInReport(report: Report, hide: Hide): Report {
  return hideInside(report, hide);
}

/** The same of a host's row, or a part of one, for programs: what it is about is still named, and a line of JSON is still one. */
export function hideInRow<T extends Partial<ReportHost>>(row: T, hide: Hide): T {
  return walk(row, hide, false, false, NAMES) as T;
}

/** The same shape with every text hidden; of any plain data, such as diagnostics. */
export function hideInside<T>(value: T, hide: Hide): T {
  return walk(value, hide, false, false) as T;
}

function walk(
  value: unknown,
  hide: Hide,
  isValue: boolean,
  isHolder: boolean,
  names: ReadonlySet<string> = NONE,
): unknown {
  if (typeof value === 'string') return hide(value);
  if (typeof value === 'number' && isValue) {
    return hide(String(value)) === MASK ? MASK : value;
  }
  if (Array.isArray(value)) return value.map((one) => walk(one, hide, isValue, isHolder, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const ours = (OUR_WORDS.has(key) || names.has(key)) && !isValue && !isHolder;
      if (ours && typeof inner === 'string') return [key, inner];
      return [key, walk(inner, hide, isValue || VALUES.has(key), isHolder || key === HOLDERS, names)];
    }),
  );
}
