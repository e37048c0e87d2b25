/** Answers how hosts that need one line are drawn: unreachable, failed before anything was read, skipped, in sync. */
import type { HostOutcome } from '../model/outcome.ts';
import type { Problem } from '../model/problem.ts';
import { statusOf } from '../report/build.ts';
import { alignColumns } from './columns.ts';
import { alike, type FoldOptions, foldAlike, namesOf } from './fold-hosts.ts';
import { printable } from './printable.ts';
import type { Paint, Style } from './style.ts';

/** Hosts that a block would say no more of than a row does. */
export function isRow(outcome: HostOutcome): boolean {
  return outcome.kind === 'unread' || outcome.kind === 'skipped' || isQuiet(outcome);
}

/** In sync, and nothing else to be said: drawn only when asked for. */
export function isQuiet(outcome: HostOutcome): boolean {
  if (outcome.kind !== 'planned' || statusOf(outcome) !== 'in-sync') return false;
  return outcome.plan.warnings.length === 0 && outcome.plan.ignored.length === 0;
}

/** One aligned line for each host that is a row, those alike in one; hosts in sync only when asked for. */
export function drawRows(outcomes: readonly HostOutcome[], { style, verbose }: FoldOptions): string[] {
  const rows = outcomes
    .filter((outcome) => isRow(outcome) && (verbose || !isQuiet(outcome)))
    .map((outcome) => ({ outcome, ...stateOf(outcome, style) }));
  const groups = foldAlike(rows, ({ outcome, text }) => alike(outcome, text), verbose);
  return alignColumns(
    groups.map((group) => {
      const [{ outcome, text, paint }] = group;
      if (group.length === 1)
        return [
          { text: namesOf(group), paint: style.bold },
          { text, paint },
        ];
      const names = `${namesOf(group)} (${group.length} hosts)`;
      return [
        { text: names, paint: style.bold },
        { text: alike(outcome, text), paint },
      ];
    }),
  );
}

/** `kind: interface: message`; the interface only where the message does not name it. */
export function problemText({ kind, message, interface: name }: Problem): string {
  const about = name === undefined || wordsOf(message).includes(name) ? '' : `${name}: `;
  return printable(`${kind}: ${about}${message}`);
}

function wordsOf(message: string): string[] {
  return message.split(/[^\w.-]+/);
}

function stateOf(outcome: HostOutcome, style: Style): { readonly text: string; readonly paint: Paint } {
  switch (outcome.kind) {
    case 'unread':
      return { text: `${statusOf(outcome)}: ${problemText(outcome.problem)}`, paint: style.red };
    case 'skipped':
      return { text: `skipped: ${printable(outcome.reason)}`, paint: style.yellow };
    default:
      return { text: 'in sync', paint: style.dim };
  }
}
