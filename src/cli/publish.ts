/**
 * Answers where a finished run is written to: standard output in the one format, and a file for each `--report`. Whether
 * the files can be written is asked before a host is touched.
 */
import { resolve } from 'node:path';
import { replaceFile, whyNotReplaceable } from '../files/replace-file.ts';
import { hideInReport, hideInside } from '../render/hide-report-secrets.ts';
import type { RunTimes } from '../render/prometheus.ts';
import { styleOf } from '../render/style.ts';
import { drawRun, type FinishedRun } from './formats.ts';
import type { ReportOptions } from './options.ts';
import { type Output, Stop } from './output.ts';

/** Every `--report` that could not be written is named, and the command ends with 1. */
export async function checkReportFiles(output: Output, { report }: ReportOptions): Promise<void> {
  const problems = await Promise.all(
    report.map(async ({ format, file }, index) => {
      const earlier = report.slice(0, index).some((other) => resolve(other.file) === resolve(file));
      const why = earlier ? `${file} is named twice` : await whyNotReplaceable(file);
      return why === undefined ? [] : [`--report ${format}=${file} cannot be written: ${why}`];
    }),
  );
  if (problems.flat().length === 0) return;
  output.diagnostics(problems.flat().map((summary) => ({ severity: 'error', summary })));
  throw new Stop(1);
}

/** Says at the end how long a run took. */
export function startClock(): () => RunTimes {
  const begun = performance.now();
  const seconds = (ms: number) => Math.round(ms) / 1000;
  return () => ({ finishedAt: seconds(Date.now()), durationSeconds: seconds(performance.now() - begun) });
}

/** False where a file could not be written; the others are. */
export async function publish(output: Output, options: ReportOptions, run: FinishedRun): Promise<boolean> {
  const hide = output.masking();
  const masking = {
    text: output.maskingText(),
    part: output.hides ? <T>(part: T) => hideInside(part, hide) : undefined,
    run: ({ report, ...rest }: FinishedRun): FinishedRun => ({
      ...rest,
      report: hideInReport(report, hide),
    }),
  };
  const view = { verbose: options.verbose > 0, diff: options.diff === true };
  await output.resultInPieces(await drawRun(options.format, run, { ...view, style: output.out }, masking));
  let written = true;
  for (const { format, file } of options.report) {
    try {
      await replaceFile(file, await drawRun(format, run, { ...view, style: styleOf(false) }, masking));
    } catch (error) {
      written = false;
      const reason = error instanceof Error ? error.message : String(error);
      output.diagnostics([
        { severity: 'error', summary: `--report ${format}=${file} was not written: ${reason}` },
      ]);
    }
  }
  return written;
}
