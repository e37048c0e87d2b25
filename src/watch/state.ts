/** What is remembered of a host between two reads, and when has that changed? Pure. */

import type { Cause } from '../model/change.ts';
import type { ReportHost } from '../model/report.ts';
import type { WatchedState } from '../model/watch.ts';

export const UNKNOWN: WatchedState = { status: 'unknown', changes: [], errors: [] };

/** As little of a row as is told: thousands of hosts are remembered. */
export function stateOf({ status, changes, error, errors }: ReportHost): WatchedState {
  const all = errors ?? (error ? [error] : []);
  return {
    status,
    changes: changes.map(({ interface: name, action, cause, fields }) => ({
      interface: name,
      action,
      cause,
      fields: fields.map(({ field, before, after }) => ({ field, before, after })),
    })),
    errors: all.map(({ kind, message, interface: name }) => ({
      kind,
      message,
      ...(name === undefined ? {} : { interface: name }),
    })),
  };
}

/** Whether there is nothing new to say. Messages aside: they hold numbers that change from attempt to attempt. */
export function isSameState(a: WatchedState, b: WatchedState): boolean {
  return essence(a) === essence(b);
}

function essence({ status, changes, errors }: WatchedState): string {
  return JSON.stringify([status, changes, errors.map(({ kind, interface: name }) => [kind, name])]);
}

export function causesOf({ changes }: WatchedState): Record<Cause, number> {
  const counts = { drift: 0, pending: 0, both: 0 };
  for (const { cause } of changes) counts[cause]++;
  return counts;
}
