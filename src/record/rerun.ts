/** Which hosts are due again, told from what runs have left behind? Pure. */
import { FAILURES, type Status } from '../model/report.ts';
import type { RunRecord } from '../model/run-record.ts';

/** `failed`: went wrong or was not reached. `unfinished`: those, and hosts that were passed over or never begun. */
export const RERUNS = ['failed', 'unfinished'] as const;
export type Rerun = (typeof RERUNS)[number];

const DONE: ReadonlySet<Status> = new Set(['changed', 'in-sync']);

export interface Due {
  readonly hosts: ReadonlySet<string>;
  /** The runs that told it, the last first. */
  readonly runs: readonly string[];
}

/**
 * Of these hosts; `records`: the runs to look at, the last first, of which no more are taken than are needed. For each host
 * the last run that tried it decides, so that a run over a part of them (--limit, --shard, a repair) forgets no other.
 */
export function hostsToRerun(records: Iterable<RunRecord>, hosts: readonly string[], rerun: Rerun): Due {
  const open = new Set(hosts);
  const due = new Set<string>();
  const runs: string[] = [];
  if (open.size === 0) return { hosts: due, runs };
  for (const record of records) {
    const told = record.start.hosts.flatMap((host) => {
      const isDue = open.has(host) ? isDueAfter(record, host, rerun) : undefined;
      return isDue === undefined ? [] : [{ host, isDue }];
    });
    for (const { host, isDue } of told) {
      open.delete(host);
      if (isDue) due.add(host);
    }
    if (told.length > 0) runs.push(record.start.run);
    if (open.size === 0) break;
  }
  return { hosts: due, runs };
}

/** Undefined where the run did not try the host, which for `failed` says nothing. */
function isDueAfter({ hosts }: RunRecord, host: string, rerun: Rerun): boolean | undefined {
  const status = hosts.get(host)?.row.status;
  if (status !== undefined && FAILURES.has(status)) return true;
  if (status !== undefined && DONE.has(status)) return false;
  return rerun === 'unfinished' ? true : undefined;
}
