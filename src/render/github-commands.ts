/**
 * Answers how one annotation is written as a workflow command of GitHub Actions (GitHub Docs, "Workflow commands for GitHub
 * Actions"; escapes as in @actions/core, command.ts). The runner takes a line that begins with `::` for a command, so no
 * text may begin a line of its own.
 */
import type { Position } from '../model/diagnostic.ts';
import { cutText } from './fold-report.ts';
import { printable } from './printable.ts';

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  /** What GitHub shows, line by line. */
  readonly lines: readonly string[];
  readonly where?: Position | undefined;
}

/** GitHub shows no more than about 4,096 characters of a message. */
const MESSAGE_ROOM = 2_000;
const TITLE_ROOM = 200;

/** One line with its newline. */
export function workflowCommand({ level, title, lines, where }: Annotation): string {
  const place = where
    ? [`file=${property(printable(where.file))}`, `line=${where.line}`, `col=${where.column}`]
    : [];
  const properties = [...place, `title=${property(cutText(printable(title), TITLE_ROOM))}`];
  const message = cutText(lines.map(printable).join('\n'), MESSAGE_ROOM);
  return `::${level} ${properties.join(',')}::${data(message)}\n`;
}

/** `%` first: the other escapes are made of it. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
