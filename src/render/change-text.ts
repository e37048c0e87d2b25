/**
 * Answers how one change is drawn: its headline, its fields, whom it cuts off. In a plan the words say what will be
 * done, in a drift report what has happened on the host. Decides nothing.
 */
import type { Action, Cause } from '../model/change.ts';
import type { ReportChange } from '../model/report.ts';
import { drawFields, type Tone } from './fields-text.ts';
import { printable } from './printable.ts';
import type { Paint, Style } from './style.ts';
import { valueText } from './value-text.ts';

export interface ChangeView {
  readonly tone: Tone;
  readonly style: Style;
  /** Draws before and after as documents too; absent where nobody asked for it. */
  readonly diff?: ((change: ReportChange, style: Style) => string) | undefined;
}

export const SYMBOLS: Readonly<Record<Action, string>> = {
  create: '+',
  update: '~',
  replace: '-/+',
  delete: '-',
};

const PLAN_WORDS: Readonly<Record<Action, string>> = {
  create: 'create',
  update: 'update in place',
  replace: 'replace',
  delete: 'delete',
};

const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  drift: 'drift: changed on the host',
  pending: 'pending',
  both: 'both: drift and pending',
};

const INDENT = ' '.repeat(8);

/** Lines, indented for their place below a host. */
export function drawChange(change: ReportChange, view: ChangeView): string[] {
  const { style, tone, diff } = view;
  const document = diff?.(change, style).trimEnd() ?? '';
  return [
    headline(change, tone, style),
    ...[
      ...(change.action === 'delete' ? drawLoss(change, style) : []),
      ...(change.action === 'create' && tone === 'drift' ? [] : drawFields(change, tone, style)),
      ...drawHolders(change, tone, style),
      ...(document === '' ? [] : document.split('\n')),
    ].map((line) => INDENT + line),
  ];
}

export function paintOf(action: Action, style: Style): Paint {
  if (action === 'create') return style.green;
  return action === 'update' ? style.yellow : style.red;
}

function headline(change: ReportChange, tone: Tone, style: Style): string {
  const name = style.bold(printable(change.interface));
  const symbol = paintOf(change.action, style)(SYMBOLS[change.action].padStart(3));
  const words =
    tone === 'plan' ? `${PLAN_WORDS[change.action]} ${name}` : `${name} ${found(change, CAUSE_SAYS)}`;
  const notes =
    tone === 'plan'
      ? [...(change.adopts ? ['foreign, will be adopted'] : []), CAUSE_WORDS[change.cause]]
      : [...(change.adopts ? ['foreign, an apply would adopt it'] : []), change.cause];
  return `  ${symbol} ${words} ${style.dim(`(${notes.join('; ')})`)}`;
}

const CAUSE_SAYS: Readonly<Record<Cause, string>> = {
  drift: 'was changed on the host',
  pending: 'is not yet as the playbook says',
  both: 'was changed on the host, and the playbook asks for more',
};

function found(change: ReportChange, says: Readonly<Record<Cause, string>>): string {
  switch (change.action) {
    case 'create':
      return 'is missing on the host';
    case 'delete':
      return 'is on the host and should not be';
    case 'update':
      return says[change.cause];
    case 'replace':
      return `${says[change.cause]}; only a replacement puts it right`;
  }
}

/** A deleted interface has no fields that differ: what a reader knows it by is shown instead. */
function drawLoss(change: ReportChange, style: Style): string[] {
  const before = change.before ?? {};
  const known = (['lower', 'mode', 'mac'] as const).flatMap((name) => {
    const value = before[name] ?? null;
    return value === null ? [] : [`${name} ${valueText(value)}`];
  });
  return known.length > 0 ? [style.dim(known.join(', '))] : [];
}

function drawHolders(change: ReportChange, tone: Tone, style: Style): string[] {
  const { holders, holders_known: known, disruptions = [] } = change;
  const loss = disruptions.map(printable).join('; ');
  const disturbs = loss !== '';
  if (!known) {
    if (!disturbs) return [];
    return [style.red(`! holders unknown: the login may not look; a guest that holds it: ${loss}`)];
  }
  if (holders.length === 0) return [];
  const names = holders
    .map(
      ({ pid, command, guest }) =>
        `pid ${pid} ${valueText(command)}${guest ? ` guest ${valueText(guest)}` : ''}`,
    )
    .join(', ');
  if (!disturbs) return [style.dim(`held by ${names}: not disturbed`)];
  return [style.red(`! ${tone === 'plan' ? 'cuts off' : 'a repair cuts off'} ${names}: ${loss}`)];
}
