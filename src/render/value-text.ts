/** Answers how one value of a field is written in text for people: bare where it can be, quoted where it must be. */
import type { ReportValue } from '../model/report.ts';
import { printable } from './printable.ts';

/** There, and empty. */
export const NONE = '(none)';
/** The host has no way to show it. */
export const UNKNOWN = '(unknown)';

const BARE = /^[\p{L}\p{N}@:.,/+_%=*-]+$/u;

export function valueText(value: Exclude<ReportValue, null>): string {
  if (typeof value === 'object') return value.length === 0 ? NONE : value.map(textValue).join(', ');
  return typeof value === 'string' ? textValue(value) : String(value);
}

function textValue(text: string): string {
  if (text === '') return NONE;
  const shown = printable(text);
  return shown === text && BARE.test(text) ? text : `"${printable(text.replaceAll(/["\\]/g, '\\$&'))}"`;
}

/** `1 host`, `2 hosts`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
