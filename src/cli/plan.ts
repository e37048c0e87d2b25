/** The commands `plan` and `drift`: read every host, say what differs, touch nothing. */
import { planFleet, type Target } from '../fleet/run.ts';
import { type Loaded, load, targetsOf } from '../load/load.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { Command } from '../model/report.ts';
import { idleOnHosts } from '../playbook/idle-ignore.ts';
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
  return compare(output, 'plan', playbooks, options);
}

export function drift(
  output: Output,
  playbooks: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  return compare(output, 'drift', playbooks, options);
}

/** Reads and compares; `apply --check` is this under its own name. */
export async function compare(
  output: Output,
  command: Command,
  playbooks: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  const { targets } = await loadTargets(output, playbooks, options);
  const session = startRun(output, options, targets.length, 'reading');
  const outcomes = await planFleet(targets, session.run).finally(() => session.end());
  warnOfIdleRules(output, outcomes, options);
  await printPlan(output, command, outcomes, options);
  if (session.interrupted) return 130;
  return exitCodeOf(buildReport(command, outcomes), { detailedExitcode: options.detailedExitcode === true });
}

/** Only where every host was read and none was left out: another one may have what the rule is for. */
function warnOfIdleRules(
  output: Output,
  outcomes: readonly HostOutcome[],
  { limit }: RunCommandOptions,
): void {
  const plans = outcomes.flatMap((outcome) => (outcome.kind === 'planned' ? [outcome.plan] : []));
  if (limit.length > 0 || plans.length < outcomes.length) return;
  const idle = idleOnHosts(plans);
  if (idle.length > 0) output.diagnostics(idle);
}

/** The hosts of the playbooks with their manifests and connections, in inventory order. */
export async function loadTargets(
  output: Output,
  playbooks: readonly string[],
  options: RunCommandOptions,
): Promise<{ readonly targets: readonly Target[]; readonly rollouts: Loaded['rollouts'] }> {
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
