/** The commands `plan` and `drift`: read every host, say what differs, touch nothing. */
import { planFleetKeeping } from '../fleet/run.ts';
import type { Target } from '../fleet/target.ts';
import { type Loaded, load, targetsOf } from '../load/load.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { Command, Report, ReportHost, ReportShard } from '../model/report.ts';
import { cutShard, type Shard } from '../planning/shard.ts';
import { idleOnHosts } from '../playbook/idle-ignore.ts';
import { counted } from '../render/value-text.ts';
import { reportHost, reportOfHosts } from '../report/build.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import { RowSharing } from '../report/row-sharing.ts';
import { reportWarnings } from '../report/warnings.ts';
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
  if (out === undefined) return compare(output, 'plan', load, options);
  return compare(output, 'plan', load, options, async (outcomes, work) => {
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

/** Reads and compares; `apply --check` is this under its own name. `save`: once every host was read. */
export async function compare(
  output: Output,
  command: Command,
  load: () => Promise<Work>,
  options: RunCommandOptions,
  save?: (outcomes: readonly HostOutcome[], work: Work) => Promise<void>,
): Promise<number> {
  const times = startClock();
  await drawMistakesAs(output, command, options.format);
  await checkReportFiles(output, options);
  const work = await load();
  const { targets, unread = [], shard, diagnostics = [] } = work;
  const session = startRun(output, options, { command, name: 'reading', targets });
  const sharing = new RowSharing();
  const keep = (outcome: HostOutcome): Kept => ({
    row: sharing.share(reportHost(outcome)),
    ruled: ruledBy(outcome),
    // Only a saved plan needs more of a host than its row.
    ...(save ? { outcome } : {}),
  });
  let kept: readonly Kept[] = [];
  let report: Report | undefined;
  try {
    kept = await planFleetKeeping(targets, { ...session.run, forReport: !save }, keep);
    const rows = [...kept.map(({ row }) => row), ...unread.map(reportHost)];
    report = reportOfHosts(command, rows, { shard, warnings: reportWarnings(diagnostics) });
  } finally {
    session.end(report);
  }
  if (!shard && options.limit.length === 0 && !hasUnread(report)) warnOfIdleRules(output, kept);
  const written = await publish(output, options, { report, times: times() });
  if (session.interrupted) return 130;
  await save?.(
    kept.flatMap(({ outcome }) => outcome ?? []),
    work,
  );
  if (!written) return 1;
  return exitCodeOf(report, { detailedExitcode: options.detailedExitcode === true });
}

/** What rules that leave whole interfaces to others are judged by. */
type Ruled = Parameters<typeof idleOnHosts>[0][number];

/** What stays in memory of a host. */
interface Kept {
  readonly row: ReportHost;
  readonly ruled: Ruled | undefined;
  readonly outcome?: HostOutcome;
}

function ruledBy(outcome: HostOutcome): Ruled | undefined {
  if (outcome.kind !== 'planned' || outcome.plan.manifest.ignore.length === 0) return undefined;
  const { manifest, observed } = outcome.plan;
  return { manifest, observed: { macvtaps: observed.macvtaps } };
}

/** A host that was not read may have what a rule is for. */
function hasUnread({ hosts }: Report): boolean {
  return hosts.some(({ status }) => ['unreachable', 'failed', 'skipped'].includes(status));
}

function warnOfIdleRules(output: Output, kept: readonly Kept[]): void {
  const idle = idleOnHosts(kept.flatMap(({ ruled }) => ruled ?? []));
  if (idle.length > 0) output.diagnostics(idle);
}

/** What a run is about: hosts with what each must have, and how an apply goes through them (default: all at once). */
export interface Work {
  readonly targets: readonly Target[];
  readonly rollouts?: Loaded['rollouts'];
  /** Hosts of the run that cannot be tried, each with why; in the report they stand behind all others. */
  readonly unread?: readonly HostOutcome[];
  /** Where only a part of the run was asked for. */
  readonly shard?: ReportShard;
  /** Of a saved plan: what was found when it was made. Hosts that failed then are no targets, and count in their batches. */
  readonly planned?: Report;
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
  const work = { targets, rollouts: loaded.rollouts, diagnostics };
  return options.shard ? partOf(output, work, options.shard) : work;
}

/** One part of the hosts, and what is left for it of how an apply goes through them. */
export function partOf(output: Output, work: Work, which: Shard): Work {
  const { targets, unread = [] } = work;
  const all = [...targets, ...unread];
  const { items, rollouts, shard } = cutShard(all, work.rollouts ?? [], which);
  output.note(`shard ${shard.index}/${shard.count}: ${items.length} of ${counted(all.length, 'host')}\n`);
  const mine = new Set(items.map(({ host }) => host));
  return {
    ...work,
    targets: targets.filter(({ host }) => mine.has(host)),
    unread: unread.filter(({ host }) => mine.has(host)),
    ...(work.rollouts ? { rollouts } : {}),
    shard,
  };
}
