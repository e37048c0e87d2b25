/**
 * Answers how a value is written as JSON: two spaces, one newline at the end, the same value the same bytes, and nothing
 * in it that could move a terminal. JSON escapes C0 itself; the rest is escaped here without changing what it means.
 */
import type { Json } from '../model/json.ts';
import type { Report } from '../model/report.ts';
import { escapeDeceptive } from './printable.ts';

export function renderJson(report: Report): string {
  return jsonText(report);
}

const PLAIN_LINES = /^[\x20-\x7e\n]*$/;

/** One JSON document of any plain value; keys in the order they have. */
export function jsonText(value: Json | Report): string {
  const text = JSON.stringify(value, null, 2);
  // The report of a whole fleet is not copied line by line for what it hardly ever holds.
  if (PLAIN_LINES.test(text)) return `${text}\n`;
  return `${text.split('\n').map(escapeLine).join('\n')}\n`;
}

/** One JSON document on one line. */
export function jsonLine(value: object): string {
  return `${escapeLine(JSON.stringify(value))}\n`;
}

function escapeLine(line: string): string {
  return escapeDeceptive(line, (character) =>
    Array.from({ length: character.length }, (_, unit) => `\\u${hex(character.charCodeAt(unit))}`).join(''),
  );
}

function hex(code: number): string {
  return code.toString(16).padStart(4, '0');
}
