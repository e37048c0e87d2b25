/** The command `show`: what a plan file holds, in any format. */
import { exitCodeOf } from '../report/exit-code.ts';
import type { ReportOptions } from './options.ts';
import type { Output } from './output.ts';
import { printReport } from './print-report.ts';
import { readSavedPlan } from './saved-plan.ts';

export async function show(output: Output, file: string, options: ReportOptions): Promise<number> {
  const { report, created, inputs, playbooks, hosts } = await readSavedPlan(output, file);
  output.note(`made ${created} of ${playbooks.join(', ')} (${inputs}); applies to ${hosts.length} hosts\n`);
  await printReport(output, report, options);
  return options.detailedExitcode === true ? exitCodeOf(report, { detailedExitcode: true }) : 0;
}
