/** Answers how differences that are left to others are drawn: counted on the host's line, and with -v one by one. */
import type { FieldValue } from '../model/macvtap.ts';
import type { ReportField, ReportIgnored } from '../model/report.ts';
import { countIgnored } from '../report/count-ignored.ts';
import { alignColumns } from './columns.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { counted, UNKNOWN, valueText } from './value-text.ts';

/** `2 differences ignored`; empty where there are none. */
function ignoredCount(ignored: readonly ReportIgnored[]): string {
  return countText(countIgnored(ignored));
}

/** The same of a whole report, for its last line. */
export function countText(count: number): string {
  return count === 0 ? '' : `${counted(count, 'difference')} ignored`;
}

/** A state with the count behind it: `in sync, 2 differences ignored`. */
export function withIgnored(state: string, ignored: readonly ReportIgnored[], style: Style): string {
  const count = ignoredCount(ignored);
  return [state, ...(count === '' ? [] : [style.dim(count)])].filter((part) => part !== '').join(', ');
}

/** One line for each difference, where every host is drawn by itself. */
export function drawIgnored(
  ignored: readonly ReportIgnored[],
  { style, verbose }: { readonly style: Style; readonly verbose?: boolean | undefined },
): string[] {
  if (!verbose) return [];
  const rows = ignored.flatMap(({ interface: name, action, fields }) => {
    if (action === 'create') return [[name, 'is missing on the host']];
    if (action === 'delete') return [[name, 'is on the host and should not be']];
    return fields.map((field) => [name, fieldText(field)]);
  });
  const cells = rows.map(([name = '', text = '']) => [
    { text: 'ignored:', paint: style.dim },
    { text: printable(name) },
    { text, paint: style.dim },
  ]);
  return alignColumns(cells).map((line) => `    ${line}`);
}

function fieldText({ field, before, after }: ReportField): string {
  if (field === 'mark') return before === null ? 'is foreign' : 'has another mark';
  const [is, declared] = [before, after].map((value) =>
    value === null ? UNKNOWN : valueText(value as FieldValue),
  );
  return `${field} is ${is}, declared ${declared}`;
}
