/** The words around a report, and the marks that tell our comment or issue from all others. */
import { existsSync, readFileSync } from 'node:fs';

/** The first line of `--format markdown`. */
export const PLAN = '<!-- tapfleet:plan -->';
export const DRIFT = '<!-- tapfleet:drift -->';

export function isOf(mark, body) {
  return typeof body === 'string' && body.startsWith(mark);
}

/** UTF-16 units of a log: far from what a comment may hold. */
const LOG_ROOM = 20_000;

/** A run that ended before it reached a host has no report; what it said then is for the reviewer. */
export function reportOrLog(report, log) {
  if (existsSync(report)) return readFileSync(report, 'utf8');
  const text = existsSync(log) ? readFileSync(log, 'utf8').trim() : '';
  const shown = text.length > LOG_ROOM ? `${text.slice(0, LOG_ROOM)}\n…` : text || '(nothing)';
  // Indented, not fenced: there is no line that could end it.
  const code = shown.split(/\r\n|[\n\r]/).map((line) => `    ${line}`);
  return `${PLAN}\n## tapfleet plan: not made\n\nThere is no report; the run said:\n\n${code.join('\n')}\n`;
}

export function withSource(text, source) {
  return `${text}\n${source}\n`;
}

export function closing(source) {
  return `Every host is as declared again.\n\n${source}`;
}
