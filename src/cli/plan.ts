/** The commands `plan` and `drift`: read every host, say what differs, touch nothing. */
import { planFleet, type Target } from '../fleet/run.ts';
import { type Loaded, load, targetsOf } from '../load/load.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Command } from '../model/report.ts';
import { renderPlan } from '../render/plan-text.ts';
import type { Style } from '../render/style.ts';
import { buildReport } from '../report/build.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import type { RunCommandOptions } from './options.ts';
import { type Output, settle } from './output.ts';
import { connectionDefaults, hidePasswords, selectionOf } from './passwords.ts';
import { checkReportFiles, publish, startClock } from './publish.ts';
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
  const times = startClock();
  await checkReportFiles(output, options);
  const { targets, diagnostics } = await loadTargets(output, playbooks, options);
  const session = startRun(output, options, targets.length, 'reading');
  const outcomes = await planFleet(targets, session.run).finally(() => session.end());
  const report = buildReport(command, outcomes);
  const written = await publish(output, options, {
    report,
    diagnostics,
    times: times(),
    text: async (style) => renderPlan(command, outcomes, await textOptions(style, options)),
  });
  if (session.interrupted) return 130;
  if (!written) return 1;
  return exitCodeOf(report, { detailedExitcode: options.detailedExitcode === true });
}

/** The hosts of the playbooks with their manifests and connections, in inventory order. */
export async function loadTargets(
  output: Output,
  playbooks: readonly string[],
  options: RunCommandOptions,
): Promise<{
  readonly targets: readonly Target[];
  readonly rollouts: Loaded['rollouts'];
  readonly diagnostics: readonly Diagnostic[];
}> {
  const loaded = settle(output, await load(playbooks, await selectionOf(output, options)));
  const found = await targetsOf(loaded, await connectionDefaults(output, options));
  hidePasswords(
    output,
    found.targets.map(({ settings }) => settings),
  );
  const { targets } = settle(output, found);
  return { targets, rollouts: loaded.rollouts, diagnostics: [...loaded.diagnostics, ...found.diagnostics] };
}

/** What the text renderers need to know; the package behind `--diff` is loaded only for it. */
export async function textOptions(style: Style, options: RunCommandOptions) {
  const diff = options.diff ? (await import('../render/unified-diff.ts')).renderDiff : undefined;
  return { style, verbose: options.verbose > 0, ...(diff ? { diff } : {}) };
}
