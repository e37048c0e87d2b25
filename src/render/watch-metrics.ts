/** Answers what a monitoring system learns of a watch: its figures as metrics, each family always there. */
import type { Cause } from '../model/change.ts';
import type { WatchedStatus } from '../model/watch.ts';
import type { Figures, HostFigures } from '../watch/figures.ts';
import { exposition, type Family, type Sample } from './exposition.ts';

/** All that a host can be in a watch: a series that comes and goes cannot be alerted on. */
const STATUSES = ['in-sync', 'changes', 'refused', 'unreachable', 'failed', 'unknown'] as const;
const CAUSES = ['drift', 'pending', 'both'] as const satisfies readonly Cause[];
const CONNECTED: ReadonlySet<WatchedStatus> = new Set(['in-sync', 'changes', 'refused']);
const PREFIX = 'tapfleet_watch_';

export function renderMetrics(figures: Figures): string {
  const families = [
    ...ofHosts(figures.hosts),
    ...ofReading(figures),
    ...ofHealing(figures),
    ofReloads(figures),
  ];
  return exposition(families.map((family) => ({ ...family, name: PREFIX + family.name })));
}

function ofHosts(hosts: readonly HostFigures[]): Family[] {
  const sum = (cause: Cause) => hosts.reduce((count, { causes }) => count + causes[cause], 0);
  const having = (status: WatchedStatus) => hosts.filter((host) => host.status === status).length;
  return [
    gauge(
      'hosts',
      'Hosts by status.',
      STATUSES.map((status) => [{ status }, having(status)]),
    ),
    gauge(
      'interfaces',
      'Interfaces that are not as declared, by cause.',
      CAUSES.map((cause) => [{ cause }, sum(cause)]),
    ),
    gauge(
      'host_in_sync',
      '1 where the host is as declared, 0 where it is not or is not known.',
      hosts.map(({ host, status }) => [{ host }, status === 'in-sync' ? 1 : 0]),
    ),
    gauge(
      'host_read_age_seconds',
      'Seconds since the host was last read; none for one that never was.',
      hosts.flatMap(({ host, ageMs }): Sample[] =>
        ageMs === undefined ? [] : [[{ host }, Math.round(ageMs) / 1000]],
      ),
    ),
    gauge('hosts_without_events', 'Connected hosts that are only read at their interval.', [
      [{}, hosts.filter(({ status, hearsEvents }) => CONNECTED.has(status) && !hearsEvents).length],
    ]),
  ];
}

function ofReading({ counters }: Figures): Family[] {
  return [
    counter('reads_total', 'Hosts read.', [[{}, counters.reads]]),
    counter('failed_reads_total', 'Attempts to reach or read a host that failed.', [
      [{}, counters.failedReads],
    ]),
    counter('events_total', 'Lines of ip monitor.', [[{}, counters.events]]),
    counter('relevant_events_total', 'Lines of ip monitor that asked for a read.', [
      [{}, counters.relevantEvents],
    ]),
    counter('reconnects_total', 'Logins on a host that had been logged in on before.', [
      [{}, counters.reconnects],
    ]),
  ];
}

function ofHealing({ hosts, counters, healsLeft }: Figures): Family[] {
  return [
    counter(
      'heals_total',
      'Repairs by what became of them.',
      Object.entries(counters.heals).map(([status, count]) => [{ status }, count]),
    ),
    ...(healsLeft === undefined
      ? []
      : [gauge('heal_budget_left', 'Repairs that may still be made within this hour.', [[{}, healsLeft]])]),
    counter('fights_total', 'Hosts that drifted again and again and are not healed any more.', [
      [{}, counters.fights],
    ]),
    gauge('hosts_fighting', 'Hosts that are not healed any more.', [
      [{}, hosts.filter(({ fights }) => fights).length],
    ]),
  ];
}

function ofReloads({ counters }: Figures): Family {
  return counter(
    'reloads_total',
    'Playbooks and inventories that were loaded anew, or refused as broken.',
    Object.entries(counters.reloads).map(([result, count]) => [{ result }, count]),
  );
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: 'gauge', help, samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: 'counter', help, samples };
}
