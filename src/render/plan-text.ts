/**
 * Answers what a plan or a drift report says to a person: a block for each host with something to say, a row for each
 * that could not be read, a count of the others, totals last. It draws what planning decided and decides nothing.
 */
import type { Report, ReportHost } from '../model/report.ts';
import { type ChangeView, drawChange } from './change-text.ts';
import { foldHosts, type HostBlock } from './fold-hosts.ts';
import { drawRows } from './host-rows.ts';
import { isRow, problemsOf } from './host-state.ts';
import { drawIgnored, withIgnored } from './ignored-text.ts';
import { printable } from './printable.ts';
import { problemText } from './problem-text.ts';
import type { Style } from './style.ts';
import { driftTotals, planTotals } from './totals-text.ts';

export interface PlanTextOptions {
  readonly style: Style;
  /** List hosts that are in sync one by one. */
  readonly verbose?: boolean;
  /** `renderDiff` of unified-diff.ts, where `--diff` asks for it: passed in, so that its package loads only then. */
  readonly diff?: ChangeView['diff'];
}

/** Text that ends in a newline. The report of an `apply` is drawn as a plan, for one that changed nothing. */
export function renderPlan(report: Report, options: PlanTextOptions): string {
  const { command, hosts } = report;
  const view: ChangeView = {
    tone: command === 'drift' ? 'drift' : 'plan',
    style: options.style,
    diff: options.diff,
  };
  const blocks = foldHosts(
    hosts.filter((host) => !isRow(host)),
    (host) => drawBlock(host, view, options),
    options,
  );
  const totals = command === 'drift' ? driftTotals(report) : planTotals(report);
  return joinParts([...blocks, drawRows(hosts, options), [options.style.bold(totals)]]);
}

/** Parts apart by one empty line; parts without lines vanish. */
export function joinParts(parts: readonly (readonly string[])[]): string {
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

function drawBlock(host: ReportHost, view: ChangeView, options: PlanTextOptions): HostBlock {
  const { style } = view;
  const { status, changes, warnings = [], ignored = [] } = host;
  const refused = status === 'refused';
  const refusals = refused ? problemsOf(host) : [];
  const lines = [
    ...refusals.map((refusal) => `  ${style.red(`refused: ${problemText(refusal)}`)}`),
    ...warnings.map((warning) => `  ${style.yellow(`warning: ${printable(warning)}`)}`),
    ...changes.flatMap((change) => drawChange(change, view)),
    ...drawIgnored(ignored, options),
    ...drawConfirmation(host, style),
  ];
  const inSync = ignored.length > 0 && changes.length === 0 ? 'in sync' : '';
  const state = refused ? style.red('refused: nothing on this host will be touched') : inSync;
  return { host, state: withIgnored(state, ignored, style), lines };
}

/** Said where it is unusual: the way in is at stake, so a new one must prove that it still works. */
function drawConfirmation({ status, management_device: device }: ReportHost, style: Style): string[] {
  if (status !== 'changes' || device === undefined) return [];
  return [`    ${style.dim(`confirmed over a new connection: this one is carried by ${printable(device)}`)}`];
}
