/** The command `runs`, and how other commands come by a run that was written down. */
import { listRuns, readRun } from '../files/run-records.ts';
import type { RunRecord } from '../model/run-record.ts';
import { parseRecord } from '../record/parse.ts';
import { changedNothing } from '../record/undo.ts';
import { jsonText } from '../render/json.ts';
import { renderRuns, runsDocument } from '../render/runs-text.ts';
import { type Output, refuse } from './output.ts';

export interface RunsOptions {
  readonly record: string;
  readonly format: 'text' | 'json';
}

export function runs(output: Output, { record: folder, format }: RunsOptions): number {
  const found = listRuns(folder).map((run) => ({ run, record: parseRecord(readRun(folder, run).text) }));
  output.result(format === 'json' ? jsonText(runsDocument(found)) : renderRuns(found, folder, output.out));
  return 0;
}

/** `name`: a run, a file, or `last`. What cannot be read ends the command with 1. */
export function loadRun(
  output: Output,
  folder: string,
  name: string,
): { readonly run: RunRecord; readonly path: string } {
  const hint = `tapfleet runs --record ${folder} lists them`;
  const run = name === 'last' ? listRuns(folder)[0] : name;
  if (run === undefined)
    refuse(output, `there is no run record in ${folder}`, 'name the folder with --record');
  let found: ReturnType<typeof readRun>;
  try {
    found = readRun(folder, run);
  } catch (error) {
    refuse(output, `there is no run "${name}" (${(error as NodeJS.ErrnoException).code})`, hint);
  }
  const record = parseRecord(found.text);
  if ('problem' in record) refuse(output, `${found.path} is no run record: ${record.problem}`, hint);
  return { run: record, path: found.path };
}

/** The name of the newest run of the folder that changed something; of records that cannot be read nobody knows. */
export function newestChange(folder: string): string | undefined {
  return listRuns(folder).find((run) => {
    try {
      const record = parseRecord(readRun(folder, run).text);
      return !('problem' in record) && !changedNothing(record);
    } catch {
      return false;
    }
  });
}
