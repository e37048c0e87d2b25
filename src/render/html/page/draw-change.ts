/** Answers how one macvtap is drawn: a line that says what is with it, and below, when opened, all that is known. */
import type { Cause } from '../../../model/change.ts';
import type { Command, ReportChange, Status } from '../../../model/report.ts';
import { cutsOff } from '../../cuts-off.ts';
import { printable } from '../../printable.ts';
import { valueText } from '../../value-text.ts';
import { changeFace } from '../faces.ts';
import { badge, symbolOf } from './badge.ts';
import { drawFields, drawUnchanged } from './draw-fields.ts';
import { type Child, element } from './element.ts';

export interface ChangeView {
  readonly command: Command;
  /** Of the host it is on: what is refused is not done. */
  readonly status: Status;
}

/** The body is made when it is first opened: a fleet has more diffs than anyone reads. */
export function drawChange(change: ReportChange, view: ChangeView): HTMLDetailsElement {
  const face = changeFace(view.command, change);
  const details = element(
    'details',
    { class: `tap ${face.tone}` },
    element(
      'summary',
      {},
      element('span', { class: 'name', dir: 'ltr' }, printable(change.interface)),
      ' ',
      badge(face),
      cutsOff(change) &&
        element('span', { class: 'badge bad' }, symbolOf('!'), ' ', disturbanceWord(change, view.command)),
      ' ',
      element('span', { class: 'mac' }, element('code', { dir: 'ltr' }, addressOf(change)), movesOf(change)),
    ),
  );
  details.addEventListener('toggle', () => fillBody(details, change, view), { once: true });
  return details;
}

/** Opens a change at once, without waiting for the browser to tell of it. */
export function openChange(details: HTMLDetailsElement): void {
  details.dispatchEvent(new Event('toggle'));
  details.open = true;
}

function fillBody(details: HTMLDetailsElement, change: ReportChange, view: ChangeView): void {
  details.append(
    element(
      'div',
      { class: 'body' },
      element('p', {}, reasonOf(change, view)),
      drawFields(view.command, change),
      drawUnchanged(change),
      ...drawHolders(change),
      change.declared_at &&
        element(
          'p',
          { class: 'where' },
          'Declared at ',
          element(
            'code',
            { dir: 'ltr' },
            `${printable(change.declared_at.file)}:${change.declared_at.line}:${change.declared_at.column}`,
          ),
        ),
    ),
  );
}

const CAUSES: Readonly<Record<Cause, string>> = {
  drift: 'Drift: the host no longer has what was last applied to it.',
  pending: 'Pending: the playbook asks for something that was not applied yet.',
  both: 'Both drift and pending: the host was changed, and the playbook asks for more.',
};

function reasonOf(change: ReportChange, { status, command }: ChangeView): string {
  return [
    CAUSES[change.cause] ?? '',
    ...(change.adopts
      ? [`It is foreign: ${command === 'drift' ? 'an apply would adopt' : 'the play adopts'} it.`]
      : []),
    ...(change.action === 'delete' && !change.declared_at
      ? ['No play names it, and it carries this owner’s mark.']
      : []),
    ...(status === 'refused' ? ['Not to be done: the host is refused.'] : []),
  ].join(' ');
}

function addressOf({ before, after }: ReportChange): string {
  const mac = after?.mac ?? before?.mac;
  return typeof mac === 'string' ? printable(mac) : '';
}

/** It is drawn where it is to be: what it leaves is said. */
function movesOf({ before, after }: ReportChange): string {
  if (!before || !after) return '';
  return (['lower', 'mode'] as const)
    .flatMap((field) => {
      const [old, now] = [before[field], after[field]];
      if (typeof old !== 'string' || old === now) return [];
      return ` · ${field} was ${printable(old)}`;
    })
    .join('');
}

function disturbanceWord({ holders_known: known, result }: ReportChange, command: Command): string {
  if (result === 'done') return known ? 'cut off a guest' : 'may have cut off a guest';
  const verb = known ? 'cuts off' : 'may cut off';
  return command === 'drift' ? `a repair ${verb} a guest` : `${verb} a guest`;
}

function lossWords(known: boolean, holders: number): string {
  if (!known) return 'What a guest that holds it loses: ';
  return holders > 0 ? 'What holders lose: ' : 'Nobody holds it. What a guest would lose: ';
}

function drawHolders({ holders, holders_known: known, disruptions = [] }: ReportChange): Child[] {
  const loss =
    disruptions.length > 0 &&
    element(
      'p',
      { class: known && holders.length === 0 ? 'where' : 'loss' },
      element('strong', {}, lossWords(known, holders.length)),
      disruptions.map(printable).join('; '),
    );
  if (!known) return [element('p', {}, 'Holders unknown: the login may not look for them.'), loss];
  if (holders.length === 0) return [loss];
  const list = holders.map(({ pid, command, guest }) =>
    element(
      'li',
      {},
      `pid ${pid} `,
      element('code', { dir: 'ltr' }, valueText(command)),
      guest !== undefined && ', guest ',
      guest !== undefined && element('code', { dir: 'ltr' }, valueText(guest)),
    ),
  );
  const disturbed = disruptions.length > 0 ? '' : ', not disturbed';
  return [element('p', {}, `Held by${disturbed}:`), element('ul', {}, ...list), loss];
}
