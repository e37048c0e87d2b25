/** Answers how the fields of one change are drawn: a row each, before and after, and what a field forces. */
import type { Json } from '../../../model/json.ts';
import type { FieldValue } from '../../../model/macvtap.ts';
import type { Command, ReportChange, ReportField } from '../../../model/report.ts';
import { printable } from '../../printable.ts';
import { NONE, UNKNOWN, valueText } from '../../value-text.ts';
import { type Child, element } from './element.ts';

export function drawFields(command: Command, change: ReportChange): HTMLElement | null {
  const { fields, before, after } = change;
  if (after === null) {
    const known = Object.entries(before ?? {});
    if (known.length === 0) return null;
    return table(
      [{ head: 'What is there', side: 'old' }],
      known.map(([field, value]) => ({ field, cells: [text(value)] })),
    );
  }
  if (fields.length === 0) return null;
  if (before === null) {
    return table(
      [{ head: 'Declared', side: 'new' }],
      fields.map((field) => ({ field: field.field, cells: [text(field.after)] })),
    );
  }
  const [old, now] = command === 'drift' ? ['On the host', 'Declared'] : ['Before', 'After'];
  return table(
    [
      { head: old, side: 'old' },
      { head: now, side: 'new' },
    ],
    fields.map((field) => ({
      field: field.field,
      cells: cellsOf(field),
      note: noteOf(change, field),
    })),
  );
}

/** What stays as it is, in one line. */
export function drawUnchanged({ fields, before, after }: ReportChange): HTMLElement | null {
  if (before === null || after === null) return null;
  const changed = new Set(fields.map(({ field }) => field));
  const same = Object.entries(after).filter(([field, value]) => !changed.has(field) && value !== '');
  if (same.length === 0) return null;
  const words = same.flatMap(([field, value], index): Child[] => [
    index > 0 && ', ',
    `${printable(field)} `,
    valueElement(text(value)),
  ]);
  return element('p', { class: 'same' }, 'Unchanged: ', ...words);
}

interface Column {
  readonly head: string;
  readonly side: 'old' | 'new';
}

interface Row {
  readonly field: string;
  readonly cells: readonly Child[];
  readonly note?: string;
}

function table(columns: readonly Column[], rows: readonly Row[]): HTMLElement {
  const noted = rows.some(({ note }) => note);
  return element(
    'table',
    { class: 'fields' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...['Field', ...columns.map(({ head }) => head), ...(noted ? ['Note'] : [])].map((head) =>
          element('th', { scope: 'col' }, head),
        ),
      ),
    ),
    element(
      'tbody',
      {},
      ...rows.map(({ field, cells, note }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, printable(field)),
          ...cells.map((cell, index) =>
            element(
              'td',
              { class: columns[index]?.side ?? 'new' },
              typeof cell === 'string' ? valueElement(cell) : cell,
            ),
          ),
          noted && element('td', { class: 'note' }, note),
        ),
      ),
    ),
  );
}

function cellsOf(field: ReportField): readonly Child[] {
  const { before, after } = field;
  if (isLong(before) || isLong(after)) {
    const [old, now] = [membersOf(before), membersOf(after)];
    return [members(old, now, '−', 'goes'), members(now, old, '+', 'comes')];
  }
  const missing = field.field === 'mark' ? NONE : UNKNOWN;
  return [before === null ? missing : text(before), after === null ? NONE : text(after)];
}

function isLong(value: Json): boolean {
  return Array.isArray(value) && value.length > 1;
}

function membersOf(value: Json): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** A set, one member a line; those that the other side has not are told by sign and word. */
function members(own: readonly string[], other: readonly string[], sign: string, word: string): Child {
  if (own.length === 0) return NONE;
  const kept = new Set(other);
  return element(
    'ul',
    { class: 'members' },
    ...own.map((one) =>
      kept.has(one)
        ? element('li', {}, valueElement(text(one)))
        : element(
            'li',
            { class: 'differs' },
            element('span', { 'aria-hidden': 'true' }, `${sign} `),
            valueElement(text(one)),
            element('span', { class: 'unseen' }, ` (${word})`),
          ),
    ),
  );
}

function noteOf(change: ReportChange, field: ReportField): string {
  return [
    ...(field.replacement_reason ? [`forces replacement: ${printable(field.replacement_reason)}`] : []),
    ...(change.cause === 'both' ? [field.cause] : []),
  ].join('; ');
}

function text(value: Json): string {
  return value === null ? UNKNOWN : valueText(value as FieldValue);
}

function valueElement(shown: string): HTMLElement {
  return element('code', { dir: 'ltr' }, shown);
}
