/** Answers how the fields of one change are drawn: aligned, before → after, with what a field forces. Decides nothing. */
import type { Change, FieldChange } from '../model/change.ts';
import type { FieldValue } from '../model/macvtap.ts';
import { alignColumns, type Cell } from './columns.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { counted, NONE, UNKNOWN, valueText } from './value-text.ts';

/** `plan`: what will be done. `drift`: what was found. */
export type Tone = 'plan' | 'drift';

/** A set longer than this is drawn as what comes and what goes. */
const LONGEST_LIST = 2;

export function drawFields(change: Change, tone: Tone, style: Style): string[] {
  const rows = change.fields.flatMap((field) =>
    longList(field) ? listRows(field, style) : [fieldRow(change, field, tone, style)],
  );
  return alignColumns(rows);
}

function fieldRow(change: Change, field: FieldChange, tone: Tone, style: Style): Cell[] {
  const name = { text: field.field };
  const after = field.after === null ? NONE : valueText(field.after);
  if (change.before === null) return [name, { text: after }];
  const before = beforeText(field);
  const comment = { text: commentOf(change, field), paint: style.yellow };
  return tone === 'drift'
    ? [name, { text: `is ${before}` }, { text: `declared ${after}` }, comment]
    : [name, { text: before }, { text: `→ ${after}` }, comment];
}

/** No mark is a fact; any other field without a value is one this host cannot show. */
function beforeText(field: FieldChange): string {
  if (field.before !== null) return valueText(field.before);
  return field.field === 'mark' ? NONE : UNKNOWN;
}

function commentOf(change: Change, field: FieldChange): string {
  const comments = [
    ...(field.replacementReason ? [`forces replacement: ${printable(field.replacementReason)}`] : []),
    ...(change.cause === 'both' ? [field.cause] : []),
  ];
  return comments.length > 0 ? `# ${comments.join('; ')}` : '';
}

function longList(field: FieldChange): boolean {
  return [field.before, field.after].some((value) => isList(value) && value.length > LONGEST_LIST);
}

function listRows(field: FieldChange, style: Style): Cell[][] {
  const before = isList(field.before) ? field.before : [];
  const after = isList(field.after) ? field.after : [];
  const gone = before.filter((item) => !after.includes(item));
  const come = after.filter((item) => !before.includes(item));
  return [
    [{ text: field.field }, { text: counted(after.length, 'address', 'addresses') }],
    ...gone.map((item) => [{ text: `  - ${printable(item)}`, paint: style.red }]),
    ...come.map((item) => [{ text: `  + ${printable(item)}`, paint: style.green }]),
  ];
}

function isList(value: FieldValue | null): value is Extract<FieldValue, readonly unknown[]> {
  return Array.isArray(value);
}
