/** Answers how the fields of one change are drawn: aligned, before → after, with what a field forces. Decides nothing. */
import type { ReportChange, ReportField, ReportValue } from '../model/report.ts';
import { alignColumns, type Cell } from './columns.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { NONE, UNKNOWN, valueText } from './value-text.ts';

/** `plan`: what will be done. `drift`: what was found. */
export type Tone = 'plan' | 'drift';

/** A set longer than this is drawn as its length, and below it what comes and what goes. */
const LONGEST_LIST = 2;

export function drawFields(change: ReportChange, tone: Tone, style: Style): string[] {
  const lines = alignColumns(change.fields.map((field) => fieldRow(change, field, tone, style)));
  return lines.flatMap((line, index) => [line, ...drawMembers(change.fields[index], tone, style)]);
}

function fieldRow(change: ReportChange, field: ReportField, tone: Tone, style: Style): Cell[] {
  const name = { text: printable(field.field) };
  const [before, after] = sidesText(field);
  if (change.before === null) return [name, { text: after }];
  const comment = { text: commentOf(change, field), paint: style.yellow };
  return tone === 'drift'
    ? [name, { text: `is ${before}` }, { text: `declared ${after}` }, comment]
    : [name, { text: before }, { text: `→ ${after}`, close: true }, comment];
}

/** Before and after in a word each: of a long set its lengths, what comes and goes is drawn by `drawMembers`. */
export function sidesText(field: ReportField): readonly [string, string] {
  return isLong(field)
    ? [lengthText(field.before, UNKNOWN), `${lengthText(field.after, NONE)} addresses`]
    : [beforeText(field), afterText(field)];
}

/** No mark is a fact; any other field without a value is one this host cannot show. */
function beforeText(field: ReportField): string {
  if (field.before !== null) return valueText(field.before);
  return field.field === 'mark' ? NONE : UNKNOWN;
}

function afterText(field: ReportField): string {
  return field.after === null ? NONE : valueText(field.after);
}

function commentOf(change: ReportChange, field: ReportField): string {
  const comments = [
    ...(field.replacement_reason ? [`forces replacement: ${printable(field.replacement_reason)}`] : []),
    ...(change.cause === 'both' ? [field.cause] : []),
  ];
  return comments.length > 0 ? `# ${comments.join('; ')}` : '';
}

function isLong({ before, after }: ReportField): boolean {
  return [before, after].some((value) => isList(value) && value.length > LONGEST_LIST);
}

function lengthText(value: ReportValue, missing: string): string {
  return isList(value) ? String(value.length) : missing;
}

/** Below a long set's lengths: what of it is only before, what only after. */
export function drawMembers(field: ReportField | undefined, tone: Tone, style: Style): string[] {
  if (!field || !isLong(field)) return [];
  const before = isList(field.before) ? field.before : [];
  const after = isList(field.after) ? field.after : [];
  const [gone, come] = tone === 'drift' ? ['not declared:', 'missing:'] : ['-', '+'];
  return [
    ...before
      .filter((item) => !after.includes(item))
      .map((item) => style.red(`  ${gone} ${printable(item)}`)),
    ...after
      .filter((item) => !before.includes(item))
      .map((item) => style.green(`  ${come} ${printable(item)}`)),
  ];
}

function isList(value: ReportValue): value is readonly string[] {
  return Array.isArray(value);
}
