/**
 * Answers how one change reads as lines of a diff: `-` is on the host, `+` is to be there, `!` needs a decision. A line
 * is bounded, and so are the lines of a change: what is left out is counted. Folded hosts share the lines of one.
 */
import type { Action, Cause } from '../model/change.ts';
import type { Json } from '../model/json.ts';
import type { FieldValue } from '../model/macvtap.ts';
import type { Command, ReportChange, ReportField } from '../model/report.ts';
import { alignColumns } from './columns.ts';
import { cutText } from './fold-report.ts';
import { printable } from './printable.ts';
import { counted, NONE, UNKNOWN, valueText } from './value-text.ts';

/** UTF-16 units of one value: a description, a name that a host made up. */
const VALUE_ROOM = 200;
const LONGEST_LIST = 2;
/** Members of a set, and holders, that one change lists. */
const MOST_LISTED = 20;

const SIGNS: Readonly<Record<Action, string>> = { create: '+', update: '!', replace: '-/+', delete: '-' };
const TO_DO: Readonly<Record<Action, string>> = {
  create: 'create',
  update: 'update in place',
  replace: 'replace',
  delete: 'delete',
};
const FOUND: Readonly<Record<Action, string>> = {
  create: 'missing on the host:',
  update: 'not as declared:',
  replace: 'not as declared, only a replacement puts it right:',
  delete: 'on the host, not declared:',
};
const CAUSES: Readonly<Record<Cause, string>> = {
  drift: 'drift: changed on the host',
  pending: 'pending',
  both: 'drift and pending',
};

/** A change together with the hosts that all have it. */
export interface SharedChange {
  readonly change: ReportChange;
  /** The same change of each host: holders are each host's own. */
  readonly held: readonly { readonly host: string; readonly change: ReportChange }[];
}

export function changeLines(command: Command, { change, held }: SharedChange): string[] {
  return [headline(command, change), ...fieldLines(change), ...holderLines(command, change, held)];
}

/** What folded hosts have in common: all but who the holders are. */
export function sharedText(command: Command, change: ReportChange): string {
  return [headline(command, change), ...fieldLines(change), holding(change), ...losses(change)].join('\n');
}

export function holderText({ pid, command, guest }: ReportChange['holders'][number]): string {
  return `pid ${pid} ${shortValue(command)}${guest === undefined ? '' : ` guest ${shortValue(guest)}`}`;
}

function shortValue(value: Json, missing: string = NONE): string {
  if (value === null) return missing;
  return cutText(valueText(value as FieldValue), VALUE_ROOM);
}

function headline(command: Command, change: ReportChange): string {
  const words = (command === 'drift' ? FOUND : TO_DO)[change.action];
  const notes = [
    ...(change.adopts ? ['foreign, adopted'] : []),
    CAUSES[change.cause],
    ...(change.declared_at
      ? [cutText(`${printable(change.declared_at.file)}:${change.declared_at.line}`, VALUE_ROOM)]
      : []),
  ];
  const name = cutText(printable(change.interface), VALUE_ROOM);
  const result = change.result === undefined ? '' : ` → ${change.result.replace('-', ' ')}`;
  return `${SIGNS[change.action]} ${words} ${name} (${notes.join('; ')})${result}`;
}

function fieldLines(change: ReportChange): string[] {
  if (change.action === 'delete') return lossLines(change);
  const rows = change.fields.flatMap((field) => fieldRows(change, field));
  const texts = alignColumns(
    rows.map(({ name, value, comment }) => [{ text: name }, { text: value }, { text: comment }]),
  );
  return rows.map(({ sign }, index) => `${sign}     ${texts[index] ?? ''}`);
}

interface Row {
  readonly sign: '+' | '-';
  readonly name: string;
  readonly value: string;
  readonly comment: string;
}

function fieldRows(change: ReportChange, field: ReportField): Row[] {
  const { field: name } = field;
  const [before, after] = [list(field.before), list(field.after)];
  const comment = commentOf(change, field);
  const missing = name === 'mark' ? NONE : UNKNOWN;
  const created = change.action === 'create';
  if (Math.max(before.length, after.length) <= LONGEST_LIST) {
    return [
      ...(created
        ? []
        : [{ sign: '-', name, value: shortValue(field.before, missing), comment: '' } as const]),
      { sign: '+', name, value: shortValue(field.after), comment },
    ];
  }
  const member = (sign: Row['sign']) => (value: string) => ({ sign, name: '', value, comment: '' });
  const [gone, come] = [difference(before, after), difference(after, before)];
  return [
    ...(created
      ? []
      : [{ sign: '-', name, value: counted(before.length, 'address', 'addresses'), comment: '' } as const]),
    { sign: '+', name, value: counted(after.length, 'address', 'addresses'), comment },
    ...listed(gone, (one) => shortValue(one)).map(member('-')),
    ...listed(come, (one) => shortValue(one)).map(member('+')),
  ];
}

function commentOf(change: ReportChange, field: ReportField): string {
  const reason = field.replacement_reason;
  const comments = [
    ...(field.forces_replacement
      ? [`forces replacement${reason === undefined ? '' : `: ${cutText(printable(reason), VALUE_ROOM)}`}`]
      : []),
    ...(change.cause === 'both' ? [field.cause] : []),
  ];
  return comments.length > 0 ? `# ${comments.join('; ')}` : '';
}

/** A deleted interface has no fields that differ: what a reader knows it by is shown instead. */
function lossLines({ before }: ReportChange): string[] {
  const known = ['lower', 'mode', 'mac', 'alias'].flatMap((name) => {
    const value = before?.[name];
    return value === undefined || value === '' ? [] : [[{ text: name }, { text: shortValue(value) }]];
  });
  return alignColumns(known).map((line) => `-     ${line}`);
}

function holderLines(command: Command, change: ReportChange, held: SharedChange['held']): string[] {
  const loss = losses(change).join('; ');
  if (!change.holders_known) {
    return loss === ''
      ? []
      : [`!     holders unknown: the login may not look; a guest that holds it: ${loss}`];
  }
  if (change.holders.length === 0) return [];
  const alone = held.length === 1;
  const names = held.flatMap(({ host, change: own }) =>
    own.holders.map(
      (holder) => `${alone ? '' : `on ${cutText(printable(host), VALUE_ROOM)} `}${holderText(holder)}`,
    ),
  );
  const verb = command === 'drift' ? 'a repair cuts off' : change.result ? 'cut off' : 'cuts off';
  const [sign, before, after] = loss === '' ? [' ', 'held by', ': not disturbed'] : ['!', verb, `: ${loss}`];
  return listed(names, (name) => `${before} ${name}${after}`).map((line) => `${sign}     ${line}`);
}

function holding({ holders_known, holders }: ReportChange): string {
  return holders_known ? String(holders.length > 0) : 'unknown';
}

function losses({ disruptions = [] }: ReportChange): string[] {
  return disruptions.map((one) => cutText(printable(one), VALUE_ROOM));
}

/** The first of many, and how many more there are. */
function listed<T>(items: readonly T[], draw: (item: T) => string): string[] {
  const shown = items.length > MOST_LISTED ? items.slice(0, MOST_LISTED - 1) : items;
  const left = items.length - shown.length;
  return [...shown.map(draw), ...(left > 0 ? [`… and ${left} more`] : [])];
}

function list(value: Json): readonly string[] {
  return Array.isArray(value) ? value : [];
}

function difference(from: readonly string[], without: readonly string[]): string[] {
  const others = new Set(without);
  return from.filter((one) => !others.has(one));
}
