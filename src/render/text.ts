/** Answers what any report says to a person: what was done, where hosts were changed; else what differs. */
import type { Report } from '../model/report.ts';
import { wasApplied } from './host-state.ts';
import { type PlanTextOptions, renderPlan } from './plan-text.ts';
import { renderApply } from './report-text.ts';

/** Text that ends in a newline. An `apply` that sent no steps anywhere is drawn as the plan it was. */
export function renderText(report: Report, options: PlanTextOptions): string {
  const draw = report.command === 'apply' && report.hosts.some(wasApplied) ? renderApply : renderPlan;
  return draw(report, options);
}
