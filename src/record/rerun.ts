/** Which hosts of a run are due again? Pure. */
import type { Status } from '../model/report.ts';
import type { RunRecord } from '../model/run-record.ts';

/** `failed`: went wrong or was not reached. `unfinished`: those, and hosts that were passed over or never begun. */
export const RERUNS = ['failed', 'unfinished'] as const;
export type Rerun = (typeof RERUNS)[number];

const FAILED: ReadonlySet<Status> = new Set(['failed', 'rolled-back', 'refused', 'unreachable']);

/** In inventory order. */
export function hostsToRerun({ start, hosts }: RunRecord, rerun: Rerun): string[] {
  return start.hosts.filter((host) => {
    const status = hosts.get(host)?.row.status;
    if (status !== undefined && FAILED.has(status)) return true;
    return rerun === 'unfinished' && (status === undefined || status === 'skipped' || status === 'changes');
  });
}
