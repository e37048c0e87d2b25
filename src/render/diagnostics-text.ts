/**
 * Answers how authors' mistakes are shown: one `file:line:column: error: …` per mistake, what to do below it, counts at
 * the end. Sorted here, so that the order of loading never shows.
 */
import { type Diagnostic, type Position, sortDiagnostics } from '../model/diagnostic.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { counted } from './value-text.ts';

const INDENT = '    ';

/** Text that ends in a newline; empty where there is nothing to say. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], style: Style): string {
  const sorted = sortDiagnostics(diagnostics);
  if (sorted.length === 0) return '';
  return `${[...sorted.flatMap((one) => drawDiagnostic(one, style)), style.bold(counts(sorted))].join('\n')}\n`;
}

function drawDiagnostic({ severity, summary, hint, where, related }: Diagnostic, style: Style): string[] {
  const paint = severity === 'error' ? style.red : style.yellow;
  const place = where ? `${style.bold(placeText(where))}: ` : '';
  return [
    `${place}${paint(`${severity}:`)} ${printable(summary)}`,
    ...(related ? [`${INDENT}${printable(related.note)}: ${placeText(related.where)}`] : []),
    ...(hint === undefined ? [] : hint.split('\n').map((line) => INDENT + printable(line))),
  ];
}

/** `file:line:column`, as editors and terminals make links of it. */
function placeText({ file, line, column }: Position): string {
  return `${printable(file)}:${line}:${column}`;
}

function counts(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((one) => one.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  return [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ].join(', ');
}
