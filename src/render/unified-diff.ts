/**
 * The one door to the package `diff`: draws a change as a unified diff of the interface before and after, as YAML. It
 * draws a difference that planning decided; a field that the playbook leaves out keeps what the host has.
 */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Change } from '../model/change.ts';
import type { Json } from '../model/json.ts';
import { fieldsDocument } from '../model/state-document.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { yamlText } from './yaml-text.ts';

const NO_FILE = '/dev/null';

/** Lines as `diff -u` writes them, each ending in a newline; empty where both sides are the same. */
export function renderDiff(change: Change, style: Style): string {
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

function documentBefore({ before, fields }: Change): string {
  if (before === null) return '';
  return yamlText({ ...fieldsDocument(before.fields), ...markDocument(fields, 'before') });
}

function documentAfter({ before, after, fields }: Change): string {
  if (after === null) return '';
  const merged = { ...before?.fields, ...after.fields };
  return yamlText({ ...fieldsDocument(merged), ...markDocument(fields, 'after') });
}

/** The mark is part of the picture only where it differs: else nobody asked about it. */
function markDocument(fields: Change['fields'], side: 'before' | 'after'): Record<string, Json> {
  const value = fields.find((field) => field.field === 'mark')?.[side] ?? null;
  return value === null ? {} : { mark: value };
}

function paintLine(line: string, style: Style): string {
  if (line.startsWith('--- ') || line.startsWith('+++ ')) return style.bold(line);
  if (line.startsWith('@@')) return style.cyan(line);
  if (line.startsWith('+')) return style.green(line);
  return line.startsWith('-') ? style.red(line) : line;
}
