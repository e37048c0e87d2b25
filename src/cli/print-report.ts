/** How a command's report is printed: in the format asked for, with what the person at the terminal wants to see. */
import type { Report } from '../model/report.ts';
import { renderJson } from '../render/json.ts';
import type { PlanTextOptions } from '../render/plan-text.ts';
import { renderText } from '../render/text.ts';
import type { ReportOptions } from './options.ts';
import type { Output } from './output.ts';

export async function printReport(output: Output, report: Report, options: ReportOptions): Promise<void> {
  if (options.format === 'json') output.result(renderJson(report));
  else output.result(renderText(report, await textOptions(output, options)));
}

/** What the text renderers need to know; the package behind `--diff` is loaded only for it. */
export async function textOptions(output: Output, options: ReportOptions): Promise<PlanTextOptions> {
  const diff = options.diff ? (await import('../render/unified-diff.ts')).renderDiff : undefined;
  return { style: output.out, verbose: options.verbose > 0, ...(diff ? { diff } : {}) };
}
