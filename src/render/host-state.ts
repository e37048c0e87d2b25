/**
 * Answers which of a few shapes a host of a report has, as far as drawings tell them apart: read or not, changed or not,
 * worth a block or only a row. Reads what the report says and judges nothing.
 */
import type { ReportHost, ReportProblem } from '../model/report.ts';

/** Nothing is known of it: it could not be reached, or not be read. */
export function isUnread({ status, changes }: ReportHost): boolean {
  return status === 'unreachable' || (status === 'failed' && changes.length === 0);
}

/** Steps were sent to it, whatever came of them. */
export function wasApplied({ status, changes }: ReportHost): boolean {
  return status === 'changed' || status === 'rolled-back' || (status === 'failed' && changes.length > 0);
}

/** Hosts that a block would say no more of than a row does. */
export function isRow(host: ReportHost): boolean {
  return isUnread(host) || host.status === 'skipped' || isQuiet(host);
}

/** In sync, and nothing else to be said: drawn only when asked for. */
export function isQuiet({ status, warnings = [], ignored = [] }: ReportHost): boolean {
  return status === 'in-sync' && warnings.length === 0 && ignored.length === 0;
}

/** All that went wrong, or stands in the way, in the order of the report. */
export function problemsOf({ error, errors }: ReportHost): readonly ReportProblem[] {
  return errors ?? (error ? [error] : []);
}
