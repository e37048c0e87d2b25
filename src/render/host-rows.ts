/** Answers how hosts that need one line are drawn: unreachable, failed before anything was read, skipped, in sync. */
import type { ReportHost } from '../model/report.ts';
import { alignColumns } from './columns.ts';
import { alike, type FoldOptions, foldAlike, namesOf } from './fold-hosts.ts';
import { isQuiet, isRow, isUnread, problemsOf } from './host-state.ts';
import { printable } from './printable.ts';
import { problemText } from './problem-text.ts';
import type { Paint, Style } from './style.ts';

/** One aligned line for each host that is a row, those alike in one; hosts in sync only when asked for. */
export function drawRows(hosts: readonly ReportHost[], { style, verbose }: FoldOptions): string[] {
  const rows = hosts
    .filter((host) => isRow(host) && (verbose || !isQuiet(host)))
    .map((host) => ({ host, ...stateOf(host, style) }));
  const groups = foldAlike(rows, ({ host, text }) => alike(host)(text), verbose);
  return alignColumns(
    groups.map((group) => {
      const [{ host, text, paint }] = group;
      if (group.length === 1)
        return [
          { text: namesOf(group), paint: style.bold },
          { text, paint },
        ];
      const names = `${namesOf(group)} (${group.length} hosts)`;
      return [
        { text: names, paint: style.bold },
        { text: alike(host)(text), paint },
      ];
    }),
  );
}

function stateOf(host: ReportHost, style: Style): { readonly text: string; readonly paint: Paint } {
  if (isUnread(host)) {
    return { text: [host.status, ...problemsOf(host).map(problemText)].join(': '), paint: style.red };
  }
  return host.status === 'skipped'
    ? {
        text: ['skipped', ...(host.warnings ?? []).map((reason) => printable(reason))].join(': '),
        paint: style.yellow,
      }
    : { text: 'in sync', paint: style.dim };
}
