/** Answers how hosts that need one line are drawn: unreachable, failed before anything was read, skipped, in sync. */
import type { HostOutcome } from '../model/outcome.ts';
import type { Problem } from '../model/problem.ts';
import { statusOf } from '../report/build.ts';
import { alignColumns, type Cell } from './columns.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';

/** Hosts that a block would say no more of than a row does. */
export function isRow(outcome: HostOutcome): boolean {
  return outcome.kind === 'unread' || outcome.kind === 'skipped' || isQuiet(outcome);
}

/** In sync, and nothing else to be said: drawn only when asked for. */
export function isQuiet(outcome: HostOutcome): boolean {
  return statusOf(outcome) === 'in-sync' && outcome.kind === 'planned' && outcome.plan.warnings.length === 0;
}

/** One aligned line for each host, in the order given. */
export function drawRows(outcomes: readonly HostOutcome[], style: Style): string[] {
  return alignColumns(outcomes.map((outcome) => row(outcome, style)));
}

/** `kind: interface: message`; the interface only where the message does not name it. */
export function problemText({ kind, message, interface: name }: Problem): string {
  const about = name === undefined || wordsOf(message).includes(name) ? '' : `${name}: `;
  return printable(`${kind}: ${about}${message}`);
}

function wordsOf(message: string): string[] {
  return message.split(/[^\w.-]+/);
}

function row(outcome: HostOutcome, style: Style): Cell[] {
  const host = { text: printable(outcome.host), paint: style.bold };
  switch (outcome.kind) {
    case 'unread':
      return [host, { text: `${statusOf(outcome)}: ${problemText(outcome.problem)}`, paint: style.red }];
    case 'skipped':
      return [host, { text: `skipped: ${printable(outcome.reason)}`, paint: style.yellow }];
    default:
      return [host, { text: 'in sync', paint: style.dim }];
  }
}
