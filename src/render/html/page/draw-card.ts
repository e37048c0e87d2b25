/** Answers how hosts that are alike, or one by itself, stand in the list: names, status, how many changes, the drawing. */
import { ACTIONS } from '../../../model/change.ts';
import { compressNames } from '../../host-names.ts';
import { printable } from '../../printable.ts';
import { counted } from '../../value-text.ts';
import { withoutAddress } from '../../without-address.ts';
import { actionFace, statusFace } from '../faces.ts';
import type { Packed } from '../packed.ts';
import { badge, symbolOf } from './badge.ts';
import { drawHost } from './draw-host.ts';
import { type Child, element, freshId } from './element.ts';
import type { Group } from './fold.ts';

/** Names in characters: what still is a heading. */
const LONGEST_TITLE = 90;

export function drawCard(packed: Packed, group: Group): HTMLElement {
  const [first] = group;
  const { host } = first;
  const id = freshId();
  const names = group.map((match) => printable(match.host.name));
  const all = compressNames(names);
  const short = all.length <= LONGEST_TITLE ? all : `${names[0]} … ${names.at(-1)}`;
  const drawing = element(
    'div',
    {},
    ...drawHost(packed, first, group.length > 1 ? withoutAddress : (text) => text),
  );
  return element(
    'article',
    { class: `card ${statusFace(packed.command, host.status).tone}`, 'aria-labelledby': id },
    element(
      'header',
      {},
      element('h3', { id, dir: 'ltr' }, short),
      group.length > 1 && element('span', { class: 'count' }, counted(group.length, 'host')),
      badge(statusFace(packed.command, host.status)),
      countsOf(packed, group),
    ),
    short !== all &&
      element(
        'details',
        { class: 'names' },
        element('summary', {}, `All ${group.length} names`),
        element('p', {}, element('code', { dir: 'ltr' }, all)),
      ),
    group.length > 1 && host.changes.length > 0 && chooser(packed, group, drawing),
    drawing,
  );
}

function countsOf(packed: Packed, [{ changes }]: Group): Child {
  const counts = ACTIONS.map((action) => ({
    face: actionFace(packed.command, action),
    count: changes.filter((change) => change.action === action).length,
  })).filter(({ count }) => count > 0);
  if (counts.length === 0) return null;
  return element(
    'ul',
    { class: 'counts' },
    ...counts.map(({ face, count }) =>
      element('li', { class: `count ${face.tone}` }, symbolOf(face.symbol), ` ${count} ${face.word}`),
    ),
  );
}

/** The hosts of a group differ in addresses and guests: whose are drawn is the reader's choice. */
function chooser(packed: Packed, group: Group, drawing: HTMLElement): HTMLElement {
  const select = element(
    'select',
    {},
    ...group.map(({ host }, index) => element('option', { value: String(index) }, printable(host.name))),
  );
  select.addEventListener('change', () => {
    const chosen = group[select.selectedIndex] ?? group[0];
    drawing.replaceChildren(
      ...drawHost(packed, chosen, (text) => text).filter(
        (child) => child !== null && child !== undefined && child !== false,
      ),
    );
  });
  return element(
    'p',
    { class: 'chooser' },
    element('label', {}, 'Alike but for addresses, process ids and guests; drawn as on ', select),
  );
}
