/**
 * What an author's mistake looks like: a value that points at a line, never an exception. Loading collects them all;
 * rendering sorts and shows them. Nothing here reads files or knows colours.
 */
import { compareText } from './compare.ts';

/** A place in a file the author wrote. `line` and `column` count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** What is wrong, with the wrong value, in one sentence without a final full stop. */
  readonly summary: string;
  /** What to do now. */
  readonly hint?: string;
  readonly where?: Position;
  /** A second place that matters, such as the other of two plays that disagree. */
  readonly related?: { readonly note: string; readonly where: Position };
}

/** Collects diagnostics while a stage goes on past each mistake. */
export class Diagnostics {
  readonly all: Diagnostic[] = [];

  error(summary: string, at: Omit<Diagnostic, 'severity' | 'summary'> = {}): void {
    this.all.push({ severity: 'error', summary, ...at });
  }

  warning(summary: string, at: Omit<Diagnostic, 'severity' | 'summary'> = {}): void {
    this.all.push({ severity: 'warning', summary, ...at });
  }

  /** However many they are: the arguments of a call, `push(...list)`, are bounded by the stack. */
  add(list: Iterable<Diagnostic>): void {
    for (const one of list) this.all.push(one);
  }

  get hasErrors(): boolean {
    return this.all.some((one) => one.severity === 'error');
  }
}

/** Sorted by file, line and column and without exact repeats, so that the order of loading never shows. */
export function sortDiagnostics(list: readonly Diagnostic[]): Diagnostic[] {
  const key = (d: Diagnostic) =>
    [d.where?.file ?? '', pad(d.where?.line), pad(d.where?.column), d.severity, d.summary].join('\0');
  const unique = new Map(list.map((d) => [`${key(d)}\0${d.hint ?? ''}`, d]));
  return [...unique.entries()].sort(([a], [b]) => compareText(a, b)).map(([, d]) => d);
}

function pad(n: number | undefined): string {
  return String(n ?? 0).padStart(9, '0');
}
