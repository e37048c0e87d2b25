/** `--rerun`: of what an `apply` is about, the hosts that are due again. */
import { resolve } from 'node:path';
import type { RecordStart, RunRecord } from '../model/run-record.ts';
import { hostsToRerun } from '../record/rerun.ts';
import { counted } from '../render/value-text.ts';
import { RECORD_FOLDER, type RunCommandOptions } from './options.ts';
import { type Output, refuse } from './output.ts';
import type { Work } from './plan.ts';
import { namesIn, usableRun } from './runs.ts';

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

/**
 * What applied these playbooks, the last first; where nothing did, the last apply of any, for a playbook may have another name
 * since. Without a run that applied anything the command ends with 1.
 */
function* appliesOf(output: Output, folder: string, playbooks: readonly string[]): Generator<RunRecord> {
  let last: RunRecord | undefined;
  let lastApply: RunRecord | undefined;
  let found = false;
  const asked = playbooks.join(', ');
  const warn = (summary: string) => output.diagnostics([{ severity: 'warning', summary }]);
  for (const name of namesIn(output, folder)) {
    const run = usableRun(output, folder, name)?.run;
    if (!run) continue;
    const isOurs = isApplyOf(run.start, playbooks);
    if (!last && !isOurs)
      warn(`the last run, ${name}, is ${whatIs(run.start)}: --rerun takes those of ${asked}`);
    last ??= run;
    if (run.start.command === 'apply') lastApply ??= run;
    if (!isOurs) continue;
    found = true;
    yield run;
  }
  if (found) return;
  if (!lastApply) refuse(output, `--rerun: no apply is written down in ${folder}`, 'run apply first');
  warn(
    `no run of ${asked} is written down in ${folder}: --rerun takes the last apply, ${whatIs(lastApply.start)}`,
  );
  yield lastApply;
}

function whatIs({ undoes, playbooks }: RecordStart): string {
  return undoes === undefined ? `of ${playbooks.join(', ')}` : `the undo of ${undoes}`;
}

/** In whatever order, and by whichever path from here, the playbooks were named. */
function isApplyOf({ command, playbooks: applied }: RecordStart, playbooks: readonly string[]): boolean {
  const named = (paths: readonly string[]) =>
    [...new Set(paths.map((path) => resolve(path)))].sort().join('\0');
  return command === 'apply' && named(applied) === named(playbooks);
}
