/** Answers which sentence adds a report up, where only the report says what was done. */
import type { Report } from '../model/report.ts';
import { applyTotals, driftTotals, planTotals } from './totals-text.ts';

/** Whether the report is of an apply that went as far as the hosts: `apply --check` did not. */
export function isApplied({ hosts }: Report): boolean {
  return hosts.some(({ changes }) => changes.some(({ result }) => result !== undefined));
}

export function totalsOf(report: Report): string {
  if (report.command === 'drift') return driftTotals(report);
  return isApplied(report) ? applyTotals(report) : planTotals(report);
}
