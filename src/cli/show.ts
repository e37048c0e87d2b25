/** The command `show`: what a plan file holds, in any format. */
import { exitCodeOf } from '../report/exit-code.ts';
import type { ReportOptions } from './options.ts';
import type { Output } from './output.ts';
import { checkReportFiles, publish, startClock } from './publish.ts';
import { readSavedPlan } from './saved-plan.ts';

export async function show(output: Output, file: string, options: ReportOptions): Promise<number> {
  const times = startClock();
  await checkReportFiles(output, options);
  const { report, created, inputs, playbooks, hosts } = await readSavedPlan(output, file);
  output.note(`made ${created} of ${playbooks.join(', ')} (${inputs}); applies to ${hosts.length} hosts\n`);
  const written = await publish(output, options, { report, times: times() });
  if (!written) return 1;
  return options.detailedExitcode === true ? exitCodeOf(report, { detailedExitcode: true }) : 0;
}
