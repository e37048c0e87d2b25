/**
 * The one door to the package `diff`: draws a change as a unified diff of the interface before and after, as YAML. It
 * draws a difference that planning decided; a field that the playbook leaves out keeps what the host has.
 */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Json } from '../model/json.ts';
import type { ReportChange } from '../model/report.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { yamlText } from './yaml-text.ts';

const NO_FILE = '/dev/null';

/** Lines as `diff -u` writes them, each ending in a newline; empty where both sides are the same. */
export function renderDiff(change: ReportChange, style: Style): string {
  const before = documentBefore(change);
  const after = documentAfter(change);
  if (before === after) return '';
  const name = printable(change.interface);
  const patch = createTwoFilesPatch(
    before === '' ? NO_FILE : `before/${name}`,
    after === '' ? NO_FILE : `after/${name}`,
    before,
    after,
    undefined,
    undefined,
    { headerOptions: FILE_HEADERS_ONLY },
  );
  return patch
    .split('\n')
    .map((line) => paintLine(line, style))
    .join('\n');
}

function documentBefore({ before, fields }: ReportChange): string {
  if (before === null) return '';
  return yamlText({ ...before, ...markDocument(fields, 'before') });
}

function documentAfter({ after, fields }: ReportChange): string {
  if (after === null) return '';
  return yamlText({ ...after, ...markDocument(fields, 'after') });
}

/** The mark is part of the picture only where it differs: else nobody asked about it. */
function markDocument(fields: ReportChange['fields'], side: 'before' | 'after'): Record<string, Json> {
  const value = fields.find((field) => field.field === 'mark')?.[side] ?? null;
  return value === null ? {} : { mark: value };
}

function paintLine(line: string, style: Style): string {
  if (line.startsWith('--- ') || line.startsWith('+++ ')) return style.bold(line);
  if (line.startsWith('@@')) return style.cyan(line);
  if (line.startsWith('+')) return style.green(line);
  return line.startsWith('-') ? style.red(line) : line;
}
