/**
 * Answers what a plan or a drift report says to a person: a block for each host with something to say, a row for each
 * that could not be read, a count of the others, totals last. It draws what planning decided and decides nothing.
 */
import type { HostOutcome } from '../model/outcome.ts';
import type { Command } from '../model/report.ts';
import { buildReport, ignoredOf } from '../report/build.ts';
import { type ChangeView, drawChange } from './change-text.ts';
import { foldHosts, type HostBlock } from './fold-hosts.ts';
import { drawRows, isRow, problemText } from './host-rows.ts';
import { drawIgnored, withIgnored } from './ignored-text.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { driftTotals, planTotals } from './totals-text.ts';

export interface PlanTextOptions {
  readonly style: Style;
  /** List hosts that are in sync one by one. */
  readonly verbose?: boolean;
  /** `renderDiff` of unified-diff.ts, where `--diff` asks for it: passed in, so that its package loads only then. */
  readonly diff?: ChangeView['diff'];
}

/** Text that ends in a newline. `apply --check` is drawn as a plan: nothing was applied. */
export function renderPlan(
  command: Command,
  outcomes: readonly HostOutcome[],
  options: PlanTextOptions,
): string {
  const report = buildReport(command, outcomes);
  const view: ChangeView = {
    tone: command === 'drift' ? 'drift' : 'plan',
    style: options.style,
    diff: options.diff,
  };
  const blocks = outcomes.flatMap((outcome) => drawBlock(outcome, view, options));
  const totals = command === 'drift' ? driftTotals(report) : planTotals(report);
  return joinParts([
    ...foldHosts(blocks, options),
    drawRows(outcomes, options),
    [options.style.bold(totals)],
  ]);
}

/** Parts apart by one empty line; parts without lines vanish. */
export function joinParts(parts: readonly (readonly string[])[]): string {
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

function drawBlock(outcome: HostOutcome, view: ChangeView, options: PlanTextOptions): HostBlock[] {
  if (isRow(outcome) || (outcome.kind !== 'planned' && outcome.kind !== 'applied')) return [];
  const { style } = view;
  const { plan } = outcome;
  const ignored = ignoredOf(outcome);
  const lines = [
    ...plan.refusals.map((refusal) => `  ${style.red(`refused: ${problemText(refusal)}`)}`),
    ...plan.warnings.map((warning) => `  ${style.yellow(`warning: ${printable(warning)}`)}`),
    ...plan.changes.flatMap((change) => drawChange(change, view)),
    ...drawIgnored(ignored, options),
    ...drawConfirmation(outcome, style),
  ];
  const inSync = ignored.length > 0 && plan.changes.length === 0 ? 'in sync' : '';
  const state =
    plan.refusals.length > 0 ? style.red('refused: nothing on this host will be touched') : inSync;
  return [{ outcome, state: withIgnored(state, ignored, style), lines }];
}

/** Said where it is unusual: the way in is at stake, so a new one must prove that it still works. */
function drawConfirmation(outcome: HostOutcome, style: Style): string[] {
  if (outcome.kind !== 'planned' || outcome.plan.refusals.length > 0) return [];
  const { confirmOver, observed } = outcome.plan;
  if (confirmOver !== 'new-connection' || observed.managementDevice === undefined) return [];
  const device = printable(observed.managementDevice);
  return [`    ${style.dim(`confirmed over a new connection: this one is carried by ${device}`)}`];
}
