/** Answers with the last line of a text report: what it all adds up to. Counts what the report holds, judges nothing. */
import { ACTIONS, type Action, type Cause } from '../model/change.ts';
import type { Report, ReportChange, ReportHost, Status } from '../model/report.ts';
import { countText } from './ignored-text.ts';
import { counted } from './value-text.ts';

const TO_DO: Readonly<Record<Action, string>> = {
  create: 'to create',
  update: 'to update',
  replace: 'to replace',
  delete: 'to delete',
};
const DONE: Readonly<Record<Action, string>> = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  delete: 'deleted',
};
const CAUSES = ['drift', 'pending', 'both'] as const satisfies readonly Cause[];
const FOUND: Readonly<Record<Cause, string>> = {
  drift: 'drifted',
  pending: 'pending',
  both: 'both drifted and pending',
};

/** `Plan: 4 to create, 1 to update on 3 hosts; 12 in sync, 1 unreachable.` A refused host's changes are not to be done. */
export function planTotals(report: Report): string {
  const { summary } = report;
  if (allInSync(report)) return `Nothing to do: ${allHosts(summary.hosts, 'in sync')}${ignored(report)}.`;
  const rest = [`${summary.in_sync} in sync`, ...troubles(report)];
  const changes = changesOf(hostsWithChanges(report, 'changes'));
  const counts = ACTIONS.flatMap((action) => countOf(changes, (c) => c.action === action, TO_DO[action]));
  if (counts.length > 0) {
    return sentence(report, 'Plan', `${counts.join(', ')} on ${counted(summary.changes, 'host')}`, rest);
  }
  const refused = hostsWithChanges(report, 'refused').length;
  if (refused > 0) {
    const what = refused === 1 ? 'the changes of 1 host' : `the changes of ${refused} hosts`;
    return sentence(report, 'Plan', `${what} are refused`, rest);
  }
  return sentence(report, 'Plan', nothingSeen(report, 'no changes'), troubles(report));
}

/** `Drift: 2 drifted, 1 pending on 2 hosts; 12 as declared, 1 unreachable.` Counts interfaces. */
export function driftTotals(report: Report): string {
  const { summary } = report;
  if (allInSync(report)) return `No drift: ${allHosts(summary.hosts, 'as declared')}${ignored(report)}.`;
  for (const [status, kind] of [
    ['changes', 'host'],
    ['refused', 'refused host'],
  ] as const) {
    const hosts = hostsWithChanges(report, status);
    const changes = changesOf(hosts);
    const counts = CAUSES.flatMap((cause) => countOf(changes, (c) => c.cause === cause, FOUND[cause]));
    if (counts.length === 0) continue;
    const head = `${counts.join(', ')} on ${counted(hosts.length, kind)}`;
    return sentence(report, 'Drift', head, [`${summary.in_sync} as declared`, ...troubles(report)]);
  }
  return sentence(report, 'Drift', nothingSeen(report, 'none found'), troubles(report));
}

/** `Apply: 3 hosts changed (4 created, 1 updated), 1 failed, 10 already in sync.` Counts what was seen done. */
export function applyTotals(report: Report): string {
  const { summary } = report;
  if (allInSync(report))
    return `Nothing to do: ${allHosts(summary.hosts, 'already in sync')}${ignored(report)}.`;
  const done = changesOf(hostsWithChanges(report, 'changed')).filter((change) => change.result === 'done');
  const counts = ACTIONS.flatMap((action) => countOf(done, (c) => c.action === action, DONE[action]));
  const what = counts.length > 0 ? ` (${counts.join(', ')})` : '';
  return `Apply: ${[
    `${counted(summary.changed, 'host')} changed${what}`,
    ...(summary.changes > 0 ? [`${summary.changes} not applied`] : []),
    ...troubles(report),
    `${summary.in_sync} already in sync`,
  ].join(', ')}${ignored(report)}.`;
}

function allInSync({ summary }: Report): boolean {
  return summary.in_sync === summary.hosts;
}

function allHosts(count: number, state: string): string {
  if (count === 0) return 'no hosts';
  return count === 1 ? `the host is ${state}` : `all ${count} hosts are ${state}`;
}

/** Of the hosts that were read: of the others nobody knows. */
function nothingSeen({ summary }: Report, words: string): string {
  return summary.in_sync > 0 ? `${words} on ${counted(summary.in_sync, 'host')}` : 'unknown';
}

function hostsWithChanges({ hosts }: Report, status: Status): readonly ReportHost[] {
  return hosts.filter((host) => host.status === status && host.changes.length > 0);
}

function changesOf(hosts: readonly ReportHost[]): readonly ReportChange[] {
  return hosts.flatMap(({ changes }) => changes);
}

function countOf(
  changes: readonly ReportChange[],
  matches: (change: ReportChange) => boolean,
  word: string,
): string[] {
  const count = changes.filter(matches).length;
  return count > 0 ? [`${count} ${word}`] : [];
}

function troubles({ summary }: Report): string[] {
  const counts: readonly (readonly [number, string])[] = [
    [summary.refused, 'refused'],
    [summary.failed, 'failed'],
    [summary.rolled_back, 'rolled back'],
    [summary.unreachable, 'unreachable'],
    [summary.skipped, 'skipped'],
  ];
  return counts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
}

/** Behind everything that is to be done or was found: `; 2 differences ignored`. */
function ignored({ summary }: Report): string {
  return summary.ignored === undefined ? '' : `; ${countText(summary.ignored)}`;
}

function sentence(report: Report, title: string, head: string, rest: readonly string[]): string {
  return `${title}: ${head}; ${rest.join(', ')}${ignored(report)}.`;
}
