/**
 * Answers with which code a run that reached its hosts ends (product contract, "Exit codes"). 1 and 130 are not decided
 * here: they belong to runs that have no report, or not a whole one.
 */
import type { Report } from '../model/report.ts';

export interface ExitCodeOptions {
  /** `--detailed-exitcode`: differences are told by the code. `drift` does so always. */
  readonly detailedExitcode: boolean;
}

/** 3 before 4 before 2 before 0. */
export function exitCodeOf(report: Report, { detailedExitcode }: ExitCodeOptions): 0 | 2 | 3 | 4 {
  const { summary } = report;
  if (summary.failed + summary.refused + summary.rolled_back > 0) return 3;
  if (summary.unreachable > 0) return 4;
  if (summary.changes > 0 && (detailedExitcode || report.command === 'drift')) return 2;
  return 0;
}
