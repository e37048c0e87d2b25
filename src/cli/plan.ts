/** The commands `plan` and `drift`: read every host, say what differs, touch nothing. */
import { planFleet, type Target } from '../fleet/run.ts';
import { type Loaded, load, targetsOf } from '../load/load.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { Command } from '../model/report.ts';
import { renderJson } from '../render/json.ts';
import { renderPlan } from '../render/plan-text.ts';
import { buildReport } from '../report/build.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import type { RunCommandOptions } from './options.ts';
import { type Output, settle } from './output.ts';
import { connectionDefaults, hidePasswords, selectionOf } from './passwords.ts';
import { startRun } from './run-session.ts';

export function plan(
  output: Output,
  playbooks: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  return loadTargets(output, playbooks, options).then((work) => compare(output, 'plan', work, options));
}

export function drift(
  output: Output,
  playbooks: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  return loadTargets(output, playbooks, options).then((work) => compare(output, 'drift', work, options));
}

/** Reads and compares; `apply --check` is this under its own name. */
export async function compare(
  output: Output,
  command: Command,
  { targets }: Work,
  options: RunCommandOptions,
): Promise<number> {
  const session = startRun(output, options, { command, name: 'reading', targets });
  let outcomes: readonly HostOutcome[] | undefined;
  try {
    outcomes = await planFleet(targets, session.run);
  } finally {
    session.end(outcomes);
  }
  await printPlan(output, command, outcomes, options);
  if (session.interrupted) return 130;
  return exitCodeOf(buildReport(command, outcomes), { detailedExitcode: options.detailedExitcode === true });
}

/** What a run is about: hosts with what each must have, and how an apply goes through them (default: all at once). */
export interface Work {
  readonly targets: readonly Target[];
  readonly rollouts?: Loaded['rollouts'];
}

/** The hosts of the playbooks with their manifests and connections, in inventory order. */
export async function loadTargets(
  output: Output,
  playbooks: readonly string[],
  options: RunCommandOptions,
): Promise<Work> {
  const loaded = settle(output, await load(playbooks, await selectionOf(output, options)));
  const found = await targetsOf(loaded, await connectionDefaults(output, options));
  hidePasswords(
    output,
    found.targets.map(({ settings }) => settings),
  );
  return { targets: settle(output, found).targets, rollouts: loaded.rollouts };
}

export async function printPlan(
  output: Output,
  command: Command,
  outcomes: readonly HostOutcome[],
  options: RunCommandOptions,
): Promise<void> {
  if (options.format === 'json') output.result(renderJson(buildReport(command, outcomes)));
  else output.result(renderPlan(command, outcomes, await textOptions(output, options)));
}

/** What the text renderers need to know; the package behind `--diff` is loaded only for it. */
export async function textOptions(output: Output, options: RunCommandOptions) {
  const diff = options.diff ? (await import('../render/unified-diff.ts')).renderDiff : undefined;
  return { style: output.out, verbose: options.verbose > 0, ...(diff ? { diff } : {}) };
}
