/** Answers how one trouble of a host is said in a line, whole or in a bounded space, and without whose it is. */
import type { ReportProblem } from '../model/report.ts';
import { cutText } from './fold-report.ts';
import { printable } from './printable.ts';

/** UTF-16 units. */
const MESSAGE_ROOM = 600;

/** `kind: interface: message`; the interface only where the message does not name it. */
export function problemText({ kind, message, interface: name }: ReportProblem): string {
  const about = name === undefined || wordsOf(message).includes(name) ? '' : `${name}: `;
  return printable(`${kind}: ${about}${message}`);
}

export function problemLine(problem: ReportProblem): string {
  return cutText(problemText(problem), MESSAGE_ROOM);
}

function wordsOf(message: string): string[] {
  return message.split(/[^\w.-]+/);
}
