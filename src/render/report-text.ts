/**
 * Answers what an apply did, to a person: for each host that changed what was done; for each that failed exactly what
 * was done, what was not, and why; totals last. Draws outcomes, judges none.
 */
import type { Change } from '../model/change.ts';
import type { ChangeResult, HostOutcome } from '../model/outcome.ts';
import { buildReport, ignoredOf, statusOf } from '../report/build.ts';
import { paintOf, SYMBOLS } from './change-text.ts';
import { alignColumns, type Cell } from './columns.ts';
import { afterText, beforeText } from './fields-text.ts';
import { foldHosts, type HostBlock } from './fold-hosts.ts';
import { drawRows, isRow, problemText } from './host-rows.ts';
import { drawIgnored, withIgnored } from './ignored-text.ts';
import { joinParts, type PlanTextOptions } from './plan-text.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { applyTotals } from './totals-text.ts';
import { counted, valueText } from './value-text.ts';

type Applied = Extract<HostOutcome, { kind: 'applied' }>;
type Planned = Extract<HostOutcome, { kind: 'planned' }>;

const RESULT_WORDS: Readonly<Record<ChangeResult, string>> = {
  done: 'done',
  'not-done': 'not done',
  undone: 'undone',
  unknown: 'unknown',
};
const DONE_WORDS = { create: 'created', update: 'updated', replace: 'replaced', delete: 'deleted' } as const;
const INDENT = '  ';

/** Text that ends in a newline. */
export function renderApply(outcomes: readonly HostOutcome[], options: PlanTextOptions): string {
  const { style } = options;
  return joinParts([
    ...foldHosts(
      outcomes.flatMap((outcome) => drawBlock(outcome, options)),
      options,
    ),
    drawRows(outcomes, options),
    [style.bold(applyTotals(buildReport('apply', outcomes)))],
  ]);
}

function drawBlock(outcome: HostOutcome, options: PlanTextOptions): HostBlock[] {
  if (isRow(outcome)) return [];
  if (outcome.kind !== 'applied' && outcome.kind !== 'planned') return [];
  const block =
    outcome.kind === 'applied' ? drawApplied(outcome, options) : drawUntouched(outcome, options.style);
  const ignored = ignoredOf(outcome);
  return [
    {
      outcome,
      state: withIgnored(block.state, ignored, options.style),
      lines: [...block.lines, ...drawIgnored(ignored, options)],
    },
  ];
}

function drawUntouched(outcome: Planned, style: Style): HostBlock {
  const { changes, refusals, warnings } = outcome.plan;
  const states = { refused: 'refused: nothing was touched', 'in-sync': 'in sync' } as const;
  const status = statusOf(outcome);
  const state =
    status === 'refused' || status === 'in-sync'
      ? states[status]
      : `${counted(changes.length, 'change')} not applied`;
  const lines = [
    ...refusals.map((refusal) => INDENT + style.red(`refused: ${problemText(refusal)}`)),
    ...drawWarnings(warnings, style),
  ];
  return { outcome, state: status === 'refused' ? style.red(state) : state, lines };
}

function drawApplied(outcome: Applied, { style, diff }: PlanTextOptions): HostBlock {
  const { changes, warnings } = outcome.plan;
  const failed = outcome.problems.length > 0;
  const done = changes.filter((change) => resultOf(outcome, change) === 'done').length;
  const state = outcome.rolledBack
    ? style.yellow('rolled back: as it was before')
    : failed
      ? style.red(`failed: ${done} of ${counted(changes.length, 'change')} done`)
      : style.green('changed');
  const results = alignColumns(
    changes.map((change) =>
      failed ? resultCells(change, resultOf(outcome, change), style) : doneCells(change, style),
    ),
  );
  const lines = [
    ...results.flatMap((line, index) => [INDENT + line, ...drawDiff(changes[index], diff, style)]),
    ...outcome.problems.map((problem) => INDENT + style.red(`! ${problemText(problem)}`)),
    ...drawWarnings(warnings, style),
  ];
  return { outcome, state, lines };
}

function drawDiff(change: Change | undefined, diff: PlanTextOptions['diff'], style: Style): string[] {
  const document = change ? (diff?.(change, style).trimEnd() ?? '') : '';
  return document === '' ? [] : document.split('\n').map((line) => INDENT.repeat(4) + line);
}

/** A result that nobody recorded was not seen. */
function resultOf(outcome: Applied, change: Change): ChangeResult {
  return outcome.results.get(change.interface) ?? 'unknown';
}

function doneCells(change: Change, style: Style): Cell[] {
  return [
    {
      text: `${SYMBOLS[change.action].padStart(3)} ${DONE_WORDS[change.action]}`,
      paint: paintOf(change.action, style),
    },
    { text: printable(change.interface) },
    { text: detailOf(change), paint: style.dim },
  ];
}

function resultCells(change: Change, result: ChangeResult, style: Style): Cell[] {
  const paint = { done: style.green, 'not-done': style.red, undone: style.yellow, unknown: style.yellow }[
    result
  ];
  return [
    { text: RESULT_WORDS[result], paint },
    { text: `${SYMBOLS[change.action].padStart(3)} ${change.action}`, paint: paintOf(change.action, style) },
    { text: printable(change.interface) },
    { text: detailOf(change), paint: style.dim },
  ];
}

/** One line's worth: for a new interface where it stands, for a changed one what changed. */
function detailOf(change: Change): string {
  if (change.action === 'delete') return '';
  if (change.action === 'create') {
    const fields = change.after?.fields;
    return fields ? `lower ${valueText(fields.lower)}, mode ${valueText(fields.mode)}` : '';
  }
  const adopted = change.adopts ? ['adopted'] : [];
  const fields = change.fields.map((field) => `${field.field} ${beforeText(field)} → ${afterText(field)}`);
  return [...adopted, ...fields].join(', ');
}

function drawWarnings(warnings: readonly string[], style: Style): string[] {
  return warnings.map((warning) => INDENT + style.yellow(`warning: ${printable(warning)}`));
}
