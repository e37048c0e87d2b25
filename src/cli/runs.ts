/** The command `runs`, and how other commands come by a run that was written down. */
import { listRuns, readRun } from '../files/run-records.ts';
import type { RunRecord } from '../model/run-record.ts';
import { parseRecord } from '../record/parse.ts';
import { changedNothing } from '../record/undo.ts';
import { jsonText } from '../render/json.ts';
import { type FoundRun, renderRuns, runsDocument } from '../render/runs-text.ts';
import { type Output, refuse } from './output.ts';

export interface RunsOptions {
  readonly record: string;
  readonly format: 'text' | 'json';
}

export function runs(output: Output, { record: folder, format }: RunsOptions): number {
  const found = namesIn(output, folder).map((run) => findRun(folder, run));
  output.result(format === 'json' ? jsonText(runsDocument(found)) : renderRuns(found, folder, output.out));
  return 0;
}

export interface LoadedRun {
  readonly run: RunRecord;
  readonly path: string;
}

/** `name`: a run, a file, or `last`. What cannot be read ends the command with 1. */
export function loadRun(output: Output, folder: string, name: string): LoadedRun {
  const hint = `tapfleet runs --record ${folder} lists them`;
  if (name === 'last') {
    const last = lastRun(output, folder);
    if (!last) refuse(output, `there is no run record in ${folder}`, 'name the folder with --record');
    return last;
  }
  let found: ReturnType<typeof readRun>;
  try {
    found = readRun(folder, name);
  } catch (error) {
    refuse(output, `there is no run "${name}" (${(error as NodeJS.ErrnoException).code})`, hint);
  }
  const record = parseRecord(found.text);
  if ('problem' in record) refuse(output, `${found.path} is no run record: ${record.problem}`, hint);
  return { run: record, path: found.path };
}

/** The name of the newest run of the folder that changed something; of records that cannot be read nobody knows. */
export function newestChange(output: Output, folder: string): string | undefined {
  return namesIn(output, folder).find((name) => {
    const { record } = findRun(folder, name);
    return !('problem' in record) && !changedNothing(record);
  });
}

/** The last run that has something to tell of hosts. */
export function lastRun(output: Output, folder: string): LoadedRun | undefined {
  for (const name of namesIn(output, folder)) {
    const found = usableRun(output, folder, name);
    if (found) return found;
  }
  return undefined;
}

/** A run of the folder; undefined, and named on stderr, where nothing can be told of hosts by it. */
export function usableRun(output: Output, folder: string, name: string): LoadedRun | undefined {
  const { record, path } = findRun(folder, name);
  if (!('problem' in record) && record.hosts.size > 0) return { run: record, path };
  const why = 'problem' in record ? record.problem : 'it says nothing of any host';
  output.note(`the run ${name} is passed over: ${why}\n`);
  return undefined;
}

/** The names of the runs of a folder, the last first. What cannot be read ends the command with 1. */
export function namesIn(output: Output, folder: string): string[] {
  try {
    return listRuns(folder);
  } catch (error) {
    return refuse(output, `${folder} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function findRun(folder: string, run: string): FoundRun & { readonly path: string } {
  try {
    const { path, text } = readRun(folder, run);
    return { run, path, record: parseRecord(text) };
  } catch (error) {
    return {
      run,
      path: run,
      record: { problem: `it cannot be read: ${(error as NodeJS.ErrnoException).code}` },
    };
  }
}
