/**
 * Answers what an apply did, to a person: for each host that changed what was done; for each that failed exactly what
 * was done, what was not, and why; totals last. Draws what the report says, judges nothing.
 */
import type { Report, ReportChange, ReportHost } from '../model/report.ts';
import { paintOf, SYMBOLS } from './change-text.ts';
import { alignColumns, type Cell } from './columns.ts';
import { drawMembers, sidesText } from './fields-text.ts';
import { foldHosts, type HostBlock } from './fold-hosts.ts';
import { drawRows } from './host-rows.ts';
import { isRow, problemsOf, wasApplied } from './host-state.ts';
import { drawIgnored, withIgnored } from './ignored-text.ts';
import { joinParts, type PlanTextOptions } from './plan-text.ts';
import { printable } from './printable.ts';
import { problemText } from './problem-text.ts';
import type { Style } from './style.ts';
import { applyTotals } from './totals-text.ts';
import { counted, valueText } from './value-text.ts';

type ChangeResult = NonNullable<ReportChange['result']>;

const RESULT_WORDS: Readonly<Record<ChangeResult, string>> = {
  done: 'done',
  'not-done': 'not done',
  undone: 'undone',
  unknown: 'unknown',
};
const DONE_WORDS = { create: 'created', update: 'updated', replace: 'replaced', delete: 'deleted' } as const;
const INDENT = '  ';

/** Text that ends in a newline. */
export function renderApply(report: Report, options: PlanTextOptions): string {
  const blocks = foldHosts(
    report.hosts.filter((host) => !isRow(host)),
    (host) => drawBlock(host, options),
    options,
  );
  return joinParts([...blocks, drawRows(report.hosts, options), [options.style.bold(applyTotals(report))]]);
}

function drawBlock(host: ReportHost, options: PlanTextOptions): HostBlock {
  const block = wasApplied(host) ? drawApplied(host, options) : drawUntouched(host, options.style);
  const { ignored = [] } = host;
  return {
    host,
    state: withIgnored(block.state, ignored, options.style),
    lines: [...block.lines, ...drawIgnored(ignored, options)],
  };
}

function drawUntouched(host: ReportHost, style: Style): HostBlock {
  const { status, changes, warnings } = host;
  if (status !== 'refused') {
    const state = status === 'in-sync' ? 'in sync' : `${counted(changes.length, 'change')} not applied`;
    return { host, state, lines: drawWarnings(warnings, style) };
  }
  const lines = [
    ...problemsOf(host).map((refusal) => INDENT + style.red(`refused: ${problemText(refusal)}`)),
    ...drawWarnings(warnings, style),
  ];
  return { host, state: style.red('refused: nothing was touched'), lines };
}

function drawApplied(host: ReportHost, { style, diff }: PlanTextOptions): HostBlock {
  const { status, changes, warnings } = host;
  const problems = problemsOf(host);
  const done = changes.filter((change) => resultOf(change) === 'done').length;
  const state =
    status === 'rolled-back'
      ? style.yellow('rolled back: as it was before')
      : status === 'failed'
        ? style.red(`failed: ${done} of ${counted(changes.length, 'change')} done`)
        : style.green('changed');
  const results = alignColumns(
    changes.map((change) =>
      problems.length > 0 ? resultCells(change, resultOf(change), style) : doneCells(change, style),
    ),
  );
  const lines = [
    ...results.flatMap((line, index) => [
      INDENT + line,
      ...drawLists(changes[index], style),
      ...drawDiff(changes[index], diff, style),
    ]),
    ...problems.map((problem) => INDENT + style.red(`! ${problemText(problem)}`)),
    ...drawWarnings(warnings, style),
  ];
  return { host, state, lines };
}

/** What a line has no room for: of a long list what came and what went. */
function drawLists(change: ReportChange | undefined, style: Style): string[] {
  if (change?.action !== 'update' && change?.action !== 'replace') return [];
  return change.fields
    .flatMap((field) => drawMembers(field, 'plan', style))
    .map((line) => INDENT.repeat(4) + line);
}

function drawDiff(change: ReportChange | undefined, diff: PlanTextOptions['diff'], style: Style): string[] {
  const document = change ? (diff?.(change, style).trimEnd() ?? '') : '';
  return document === '' ? [] : document.split('\n').map((line) => INDENT.repeat(4) + line);
}

/** A result that nobody recorded was not seen. */
function resultOf({ result = 'unknown' }: ReportChange): ChangeResult {
  return result;
}

function doneCells(change: ReportChange, style: Style): Cell[] {
  return [
    {
      text: `${SYMBOLS[change.action].padStart(3)} ${DONE_WORDS[change.action]}`,
      paint: paintOf(change.action, style),
    },
    { text: printable(change.interface) },
    { text: detailOf(change), paint: style.dim },
  ];
}

function resultCells(change: ReportChange, result: ChangeResult, style: Style): Cell[] {
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
function detailOf(change: ReportChange): string {
  if (change.action === 'delete') return '';
  if (change.action === 'create') {
    const known = (['lower', 'mode'] as const).flatMap((name) => {
      const value = change.after?.[name] ?? null;
      return value === null ? [] : [`${name} ${valueText(value)}`];
    });
    return known.join(', ');
  }
  const adopted = change.adopts ? ['adopted'] : [];
  const fields = change.fields.map((field) => `${field.field} ${sidesText(field).join(' → ')}`);
  return [...adopted, ...fields].join(', ');
}

function drawWarnings(warnings: readonly string[] = [], style: Style): string[] {
  return warnings.map((warning) => INDENT + style.yellow(`warning: ${printable(warning)}`));
}
