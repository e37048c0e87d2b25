/** Answers what the command `runs` prints: a line a run, the last first. */
import type { Json } from '../model/json.ts';
import type { Report } from '../model/report.ts';
import type { RunRecord } from '../model/run-record.ts';
import { reportOfHosts } from '../report/build.ts';
import { alignColumns } from './columns.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { counted } from './value-text.ts';

export interface FoundRun {
  readonly run: string;
  readonly record: RunRecord | { readonly problem: string };
}

export function renderRuns(runs: readonly FoundRun[], folder: string, style: Style): string {
  if (runs.length === 0) return `no runs in ${printable(folder)}\n`;
  const rows = runs.map(({ run, record }) => {
    const name = { text: run, paint: style.bold };
    if ('problem' in record)
      return [name, { text: `unreadable: ${printable(record.problem)}`, paint: style.red }];
    const { start, end } = record;
    const what = start.undoes === undefined ? start.command : `undo of ${printable(start.undoes)}`;
    return [
      name,
      { text: start.started },
      { text: what },
      { text: totals(reportOf(record)) },
      { text: stateOf(end), paint: style.yellow },
      { text: start.playbooks.map(printable).join(' '), paint: style.dim },
    ];
  });
  return `${alignColumns(rows).join('\n')}\n`;
}

/** Machines get the same: what each run was and came to. */
export function runsDocument(runs: readonly FoundRun[]): Json {
  return runs.map(({ run, record }): Json => {
    if ('problem' in record) return { run, problem: record.problem };
    const { record: _line, hosts, rollouts: _how, ...start } = record.start;
    const { ended = null, interrupted = null } = record.end ?? {};
    const summary = { ...reportOf(record).summary };
    return { ...start, ended, interrupted, hosts: hosts.length, summary } as Json;
  });
}

function reportOf({ start, hosts }: RunRecord): Report {
  return reportOfHosts(
    'apply',
    start.hosts.flatMap((host) => hosts.get(host)?.row ?? []),
  );
}

function totals({ summary }: Report): string {
  const counts: readonly (readonly [number, string])[] = [
    [summary.failed, 'failed'],
    [summary.rolled_back, 'rolled back'],
    [summary.refused, 'refused'],
    [summary.unreachable, 'unreachable'],
    [summary.skipped, 'skipped'],
  ];
  const troubles = counts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
  return [`${counted(summary.hosts, 'host')}: ${summary.changed} changed`, ...troubles].join(', ');
}

function stateOf(end: RunRecord['end']): string {
  if (!end) return 'killed, or still at work';
  return end.interrupted ? 'interrupted' : '';
}
