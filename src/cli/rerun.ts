/** `--rerun`: of what an `apply` is about, the hosts that are due again. */
import { resolve } from 'node:path';
import { listRuns } from '../files/run-records.ts';
import type { RecordStart, RunRecord } from '../model/run-record.ts';
import { hostsToRerun } from '../record/rerun.ts';
import { counted } from '../render/value-text.ts';
import { RECORD_FOLDER, type RunCommandOptions } from './options.ts';
import { type Output, refuse } from './output.ts';
import type { Work } from './plan.ts';
import { loadRun } from './runs.ts';

/** `playbooks`: as the command line names them. */
export function onlyDue(
  output: Output,
  all: Work,
  playbooks: readonly string[],
  { rerun, record }: Pick<RunCommandOptions, 'rerun' | 'record'>,
): Work {
  if (rerun === undefined) return all;
  // Which hosts are due is told by what this machine has written down: parts of a rerun are no parts of one run.
  const { shard: _noPart, ...work } = all;
  const folder = record || RECORD_FOLDER;
  const names = work.targets.map(({ host }) => host);
  const due = hostsToRerun(appliesOf(output, folder, playbooks), names, rerun);
  const targets = work.targets.filter(({ host }) => due.hosts.has(host));
  const [last, ...before] = due.runs;
  const after = last === undefined ? '' : `, after the run ${last}`;
  const more = before.length > 0 ? ` and ${before.length} before it` : '';
  output.note(`--rerun ${rerun}: ${targets.length} of ${counted(names.length, 'host')}${after}${more}\n`);
  const rollouts = work.rollouts?.map((one) => ({
    ...one,
    hosts: one.hosts.filter((host) => due.hosts.has(host)),
  }));
  return { ...work, targets, ...(rollouts ? { rollouts } : {}) };
}

/** What applied these playbooks, the last first. Without any the command ends with 1. */
function* appliesOf(output: Output, folder: string, playbooks: readonly string[]): Generator<RunRecord> {
  const runs = listRuns(folder);
  if (runs.length === 0) refuse(output, `--rerun: there is no run record in ${folder}`, 'run apply first');
  let found = 0;
  for (const [index, name] of runs.entries()) {
    const { run } = loadRun(output, folder, name);
    if (isApplyOf(run.start, playbooks)) {
      found++;
      yield run;
    } else if (index === 0) {
      const { start } = run;
      const what =
        start.undoes === undefined ? `of ${start.playbooks.join(', ')}` : `the undo of ${start.undoes}`;
      const summary = `the last run, ${name}, is ${what}: --rerun takes the hosts of those of ${playbooks.join(', ')}`;
      output.diagnostics([{ severity: 'warning', summary }]);
    }
  }
  if (found === 0) {
    const summary = `--rerun: no run of ${playbooks.join(', ')} is written down in ${folder}`;
    refuse(output, summary, `tapfleet runs --record ${folder} lists those that are`);
  }
}

/** In whatever order, and by whichever path from here, the playbooks were named. */
function isApplyOf({ command, playbooks: applied }: RecordStart, playbooks: readonly string[]): boolean {
  const named = (paths: readonly string[]) =>
    [...new Set(paths.map((path) => resolve(path)))].sort().join('\0');
  return command === 'apply' && named(applied) === named(playbooks);
}
