/**
 * What a watch knows, as Prometheus reads it: text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
 * Pure; serves nothing.
 */
import type { Cause } from '../model/change.ts';
import type { WatchedStatus } from '../model/watch.ts';

/** Counted since the watch began. */
export interface Counters {
  reads: number;
  failedReads: number;
  /** Lines of `ip monitor`, and those of them that were worth a read. */
  events: number;
  relevantEvents: number;
  reconnects: number;
  heals: { changed: number; 'rolled-back': number; failed: number; refused: number };
  /** Hosts that were given up because they drifted again and again. */
  fights: number;
  reloads: { loaded: number; refused: number };
}

export function newCounters(): Counters {
  return {
    reads: 0,
    failedReads: 0,
    events: 0,
    relevantEvents: 0,
    reconnects: 0,
    heals: { changed: 0, 'rolled-back': 0, failed: 0, refused: 0 },
    fights: 0,
    reloads: { loaded: 0, refused: 0 },
  };
}

export interface HostFigures {
  readonly host: string;
  readonly status: WatchedStatus;
  readonly causes: Readonly<Record<Cause, number>>;
  /** Milliseconds since it was last read; undefined where it never was. */
  readonly ageMs: number | undefined;
  /** Told of changes as they happen, not only read at its interval. */
  readonly hearsEvents: boolean;
  /** Not healed any more. */
  readonly fights: boolean;
}

export interface Figures {
  readonly hosts: readonly HostFigures[];
  readonly counters: Counters;
  /** Absent where nothing is healed. */
  readonly healsLeft?: number;
}

/** All that a host can be in a watch: a series that comes and goes cannot be alerted on. */
const STATUSES = ['in-sync', 'changes', 'refused', 'unreachable', 'failed', 'unknown'] as const;
const PREFIX = 'tapfleet_watch_';

export function renderMetrics({ hosts, counters, healsLeft }: Figures): string {
  const text = new Exposition();
  const causes = { drift: 0, pending: 0, both: 0 };
  for (const host of hosts) for (const cause of CAUSES) causes[cause] += host.causes[cause];
  text.family('hosts', 'gauge', 'Hosts by status.');
  for (const status of STATUSES) {
    text.sample('hosts', { status }, hosts.filter((host) => host.status === status).length);
  }
  text.family('interfaces', 'gauge', 'Interfaces that are not as declared, by cause.');
  for (const cause of CAUSES) text.sample('interfaces', { cause }, causes[cause]);
  text.family('host_in_sync', 'gauge', '1 where the host is as declared, 0 where it is not or is not known.');
  for (const { host, status } of hosts) text.sample('host_in_sync', { host }, status === 'in-sync' ? 1 : 0);
  text.family(
    'host_read_age_seconds',
    'gauge',
    'Seconds since the host was last read; none for one that never was.',
  );
  for (const { host, ageMs } of hosts) {
    if (ageMs !== undefined) text.sample('host_read_age_seconds', { host }, Math.round(ageMs) / 1000);
  }
  text.one(
    'hosts_without_events',
    'gauge',
    'Connected hosts that are only read at their interval.',
    quiet(hosts),
  );
  text.one('reads_total', 'counter', 'Hosts read.', counters.reads);
  text.one(
    'failed_reads_total',
    'counter',
    'Attempts to reach or read a host that failed.',
    counters.failedReads,
  );
  text.one('events_total', 'counter', 'Lines of ip monitor.', counters.events);
  text.one(
    'relevant_events_total',
    'counter',
    'Lines of ip monitor that asked for a read.',
    counters.relevantEvents,
  );
  text.one(
    'reconnects_total',
    'counter',
    'Logins on a host that had been logged in on before.',
    counters.reconnects,
  );
  text.family('heals_total', 'counter', 'Repairs by what became of them.');
  for (const [status, count] of Object.entries(counters.heals)) text.sample('heals_total', { status }, count);
  if (healsLeft !== undefined) {
    text.one('heal_budget_left', 'gauge', 'Repairs that may still be made within this hour.', healsLeft);
  }
  text.one(
    'fights_total',
    'counter',
    'Hosts that drifted again and again and are not healed any more.',
    counters.fights,
  );
  text.one(
    'hosts_fighting',
    'gauge',
    'Hosts that are not healed any more.',
    hosts.filter(({ fights }) => fights).length,
  );
  text.family(
    'reloads_total',
    'counter',
    'Playbooks and inventories that were loaded anew, or refused as broken.',
  );
  for (const [result, count] of Object.entries(counters.reloads))
    text.sample('reloads_total', { result }, count);
  return text.text;
}

const CAUSES = ['drift', 'pending', 'both'] as const;

function quiet(hosts: readonly HostFigures[]): number {
  return hosts.filter(({ status, hearsEvents }) => CONNECTED.has(status) && !hearsEvents).length;
}

const CONNECTED: ReadonlySet<WatchedStatus> = new Set(['in-sync', 'changes', 'refused']);

class Exposition {
  text = '';

  family(name: string, type: 'gauge' | 'counter', help: string): void {
    this.text += `# HELP ${PREFIX}${name} ${help}\n# TYPE ${PREFIX}${name} ${type}\n`;
  }

  sample(name: string, labels: Readonly<Record<string, string>>, value: number): void {
    const list = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    this.text += `${PREFIX}${name}${list.length > 0 ? `{${list.join(',')}}` : ''} ${value}\n`;
  }

  one(name: string, type: 'gauge' | 'counter', help: string, value: number): void {
    this.family(name, type, help);
    this.sample(name, {}, value);
  }
}

/** Backslash, double quote and newline are all that the format escapes. */
export function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
