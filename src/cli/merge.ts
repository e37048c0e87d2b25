/** The command `merge`: the JSON reports of several runs, or of the parts of one, as one report. */
import { MAX_REPORT_BYTES, readTextFile } from '../files/read-files.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import { mergeReports, type NamedReport } from '../report/merge.ts';
import { readReport } from '../report/read.ts';
import type { ReportOptions } from './options.ts';
import { type Output, settle } from './output.ts';
import { checkReportFiles, publish, startClock } from './publish.ts';

export async function merge(
  output: Output,
  files: readonly string[],
  options: ReportOptions,
): Promise<number> {
  const times = startClock();
  await checkReportFiles(output, options);
  const named: NamedReport[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    const read = await readTextFile(file, MAX_REPORT_BYTES);
    const reading = 'problem' in read ? read : readReport(file, read.text);
    if ('problem' in reading) diagnostics.push(reading.problem);
    else named.push({ file, report: reading.report });
  }
  settle(output, { diagnostics });
  const { report } = settle(output, mergeReports(named));
  if (!report) throw new Error('reports without a mistake were not merged');
  const written = await publish(output, options, { report, times: times() });
  if (!written) return 1;
  return exitCodeOf(report, { detailedExitcode: options.detailedExitcode === true });
}
