/**
 * Answers what a monitoring system learns of a run: metrics made for the textfile collector of node_exporter. The label
 * `command` keeps the files of several commands apart there.
 */
import { ACTIONS, type Cause } from '../model/change.ts';
import { compareText } from '../model/compare.ts';
import { type Report, STATUSES } from '../model/report.ts';
import { cutsOff } from './cuts-off.ts';
import { exposition, type Family, type Sample } from './exposition.ts';
import { problemsOf } from './host-state.ts';

export interface RunTimes {
  /** Seconds since 1970 at the end of the run. */
  readonly finishedAt: number;
  readonly durationSeconds: number;
}

/** Hosts with a series of their own. Above it none has one: a metric that knows some hosts only is a trap for alerts. */
export const MOST_HOSTS = 2_000;

const CAUSES = ['drift', 'pending', 'both'] as const satisfies readonly Cause[];

/** Every family is always there, with zeros, so that an alert sees a number go down; series come in a fixed order. */
export function renderPrometheus(report: Report, { finishedAt, durationSeconds }: RunTimes): string {
  const { command, hosts } = report;
  const all = hosts.flatMap(({ changes }) => changes);
  const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
    name,
    type: 'gauge',
    help,
    samples: samples.map(([labels, value]) => [{ command, ...labels }, value]),
  });
  const listed = hosts.length <= MOST_HOSTS ? hosts : [];
  return exposition([
    gauge(
      'tapfleet_hosts',
      'Hosts of the last run by status.',
      STATUSES.map((status) => [{ status }, hosts.filter((host) => host.status === status).length]),
    ),
    gauge(
      'tapfleet_changes',
      'Interfaces found to differ in the last run, by cause and by what sets them right.',
      CAUSES.flatMap((cause) =>
        ACTIONS.map((action): Sample => {
          const alike = all.filter((change) => change.cause === cause && change.action === action);
          return [{ cause, action }, alike.length];
        }),
      ),
    ),
    gauge(
      'tapfleet_disruptive_changes',
      'Those of them that cut off, or may cut off, a process that holds the tap device.',
      [[{}, all.filter(cutsOff).length]],
    ),
    gauge(
      'tapfleet_problems',
      'Problems of hosts in the last run by kind; kinds that did not occur are left out.',
      problems(report),
    ),
    gauge(
      'tapfleet_host_status',
      `1 for the status of each host; none where there are more than ${MOST_HOSTS} hosts.`,
      listed.map(({ host, status }) => [{ host, status }, 1]),
    ),
    gauge('tapfleet_last_run_timestamp_seconds', 'When the last run ended.', [[{}, finishedAt]]),
    gauge('tapfleet_last_run_duration_seconds', 'How long the last run took.', [[{}, durationSeconds]]),
  ]);
}

function problems({ hosts }: Report): Sample[] {
  const counts = new Map<string, number>();
  for (const { kind } of hosts.flatMap(problemsOf)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => compareText(a, b)).map(([kind, count]) => [{ kind }, count]);
}
