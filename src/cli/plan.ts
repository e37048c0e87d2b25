/** The commands `plan` and `drift`: read every host, say what differs, touch nothing. */
import { planFleet, type Target } from '../fleet/run.ts';
import { type Loaded, load, targetsOf } from '../load/load.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { Command, ReportShard } from '../model/report.ts';
import { cutShard } from '../planning/shard.ts';
import { idleOnHosts } from '../playbook/idle-ignore.ts';
import { counted } from '../render/value-text.ts';
import { buildReport } from '../report/build.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import { drawMistakesAs } from './formats.ts';
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
  const { out } = options;
  const load = async () => {
    if (out !== undefined) await (await import('./saved-plan.ts')).checkPlanFile(output, out);
    return loadTargets(output, playbooks, options);
  };
  return compare(output, 'plan', load, options, async (outcomes, work) => {
    if (out === undefined) return;
    const { writePlanFile } = await import('./saved-plan.ts');
    await writePlanFile(output, out, playbooks, work, outcomes, options);
  });
}

export function drift(
  output: Output,
  playbooks: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  return compare(output, 'drift', () => loadTargets(output, playbooks, options), options);
}

/** Reads and compares; `apply --check` is this under its own name. `then`: once every host was read. */
export async function compare(
  output: Output,
  command: Command,
  load: () => Promise<Work>,
  options: RunCommandOptions,
  then: (outcomes: readonly HostOutcome[], work: Work) => Promise<void> = async () => {},
): Promise<number> {
  const times = startClock();
  await drawMistakesAs(output, command, options.format);
  await checkReportFiles(output, options);
  const work = await load();
  const { targets, shard, diagnostics = [] } = work;
  const session = startRun(output, options, { command, name: 'reading', targets });
  let outcomes: readonly HostOutcome[] | undefined;
  try {
    // Only a saved plan needs more of a host than its report.
    outcomes = await planFleet(targets, { ...session.run, lean: options.out === undefined });
  } finally {
    session.end(outcomes);
  }
  if (!shard) warnOfIdleRules(output, outcomes, options);
  const report = buildReport(command, outcomes, shard);
  const written = await publish(output, options, { report, diagnostics, times: times() });
  if (session.interrupted) return 130;
  await then(outcomes, work);
  if (!written) return 1;
  return exitCodeOf(report, { detailedExitcode: options.detailedExitcode === true });
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

/** What a run is about: hosts with what each must have, and how an apply goes through them (default: all at once). */
export interface Work {
  readonly targets: readonly Target[];
  readonly rollouts?: Loaded['rollouts'];
  /** Where only a part of the run was asked for. */
  readonly shard?: ReportShard;
  /** What loading found worth a warning. */
  readonly diagnostics?: readonly Diagnostic[];
}

/**
 * The hosts of the playbooks with their manifests and connections, in inventory order. Every host is loaded and judged,
 * whichever part is asked for: a mistake stops all parts alike.
 */
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
  const { targets } = settle(output, found);
  const diagnostics = [...loaded.diagnostics, ...found.diagnostics];
  if (!options.shard) return { targets, rollouts: loaded.rollouts, diagnostics };
  const { items, rollouts, shard } = cutShard(targets, loaded.rollouts, options.shard);
  output.note(`shard ${shard.index}/${shard.count}: ${items.length} of ${counted(targets.length, 'host')}\n`);
  return { targets: items, rollouts, shard, diagnostics };
}
