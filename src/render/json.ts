/**
 * Answers how a value is written as JSON: two spaces, one newline at the end, the same value the same bytes, and nothing
 * in it that could move a terminal. JSON escapes C0 itself; the rest is escaped here without changing what it means.
 */
import type { Json } from '../model/json.ts';
import type { Report } from '../model/report.ts';
import { escapeDeceptive } from './printable.ts';

export function renderJson(report: Report): string {
  return [...jsonPieces(report)].join('');
}

/** Rows of a fleet in one piece: small enough to be gone soon, large enough to be few. */
const PIECE_CHARS = 64 * 1024;

/** Plain data without what must not be seen, of the same shape. */
export type HidePart = <T>(part: T) => T;

/**
 * The same text piece by piece, each of whole lines: that of 10,000 hosts is 160 MB. `hide` is asked for each host alone, as
 * rows share their equal parts, and a copy of all does not.
 */
export function* jsonPieces(report: Report, hide: HidePart = (part) => part): Generator<string> {
  const { hosts, ...head } = report;
  if (hosts.length === 0) {
    yield jsonText(hide(report));
    return;
  }
  let piece = `${escapeLines(JSON.stringify(hide(head), null, 2)).slice(0, -'\n}'.length)},\n  "hosts": [\n`;
  for (const [index, host] of hosts.entries()) {
    const row = escapeLines(JSON.stringify(hide(host), null, 2)).replaceAll('\n', '\n    ');
    piece += `    ${row}${index < hosts.length - 1 ? ',' : ''}\n`;
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}  ]\n}\n`;
}

const PLAIN_LINES = /^[\x20-\x7e\n]*$/;

/** One JSON document of any plain value; keys in the order they have. */
export function jsonText(value: Json | Report): string {
  return `${escapeLines(JSON.stringify(value, null, 2))}\n`;
}

function escapeLines(text: string): string {
  // Not copied line by line for what it hardly ever holds.
  return PLAIN_LINES.test(text) ? text : text.split('\n').map(escapeLine).join('\n');
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
