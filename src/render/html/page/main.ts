/** What runs in the browser: reads the report out of the page, and draws of it what is asked for, a screenful at a time. */
import { counted } from '../../value-text.ts';
import type { Packed } from '../packed.ts';
import { makeControls } from './controls.ts';
import { drawCard } from './draw-card.ts';
import { openChange } from './draw-change.ts';
import { element } from './element.ts';
import { findMatches } from './find.ts';
import { readFleet } from './fleet.ts';
import { foldMatches, type Group } from './fold.ts';

/** Cards drawn at once: more than a reader scrolls through, few enough to be there while a key is pressed. */
const AT_ONCE = 50;

function start(source: string, page: HTMLElement): void {
  const fleet = readFleet(JSON.parse(source) as Packed);
  const count = element('p', { class: 'found', role: 'status' });
  const list = element('div', { class: 'cards' });
  const more = element('p', { class: 'more' });
  const controls = makeControls(fleet, show);
  let groups: readonly Group[] = [];

  function show(): void {
    const matches = findMatches(fleet.hosts, controls.question());
    groups = foldMatches(matches, controls.folds());
    const taps = matches.reduce((sum, { changes }) => sum + changes.length, 0);
    count.textContent =
      matches.length === 0
        ? 'Nothing matches.'
        : `${matches.length} of ${counted(fleet.hosts.length, 'host')}, ${counted(taps, 'interface')} with changes.`;
    list.replaceChildren();
    showMore(AT_ONCE);
  }

  function showMore(number: number): void {
    const from = list.childElementCount;
    list.append(...groups.slice(from, from + number).map((group) => drawCard(fleet.packed, group)));
    const shown = list.childElementCount;
    list.classList.toggle('many', shown > AT_ONCE);
    const left = groups.length - shown;
    more.replaceChildren();
    if (groups.length === 0 && fleet.hosts.length > 0)
      more.append(button('Show everything again', controls.clear));
    if (left <= 0) return;
    const next = Math.min(left, AT_ONCE);
    more.append(
      `${shown} of ${groups.length} drawn. `,
      button(`Draw ${next} more`, () => goOn(shown, AT_ONCE)),
      left > next ? button(`Draw all ${left} that are left`, () => goOn(shown, left)) : '',
    );
  }

  /** The button that was pressed is gone: reading goes on at the first card that was added. */
  function goOn(shown: number, number: number): void {
    showMore(number);
    const first = list.children[shown];
    if (!(first instanceof HTMLElement)) return;
    first.tabIndex = -1;
    first.focus();
  }

  page.replaceChildren(
    element('section', { 'aria-labelledby': 'find' }, element('h2', { id: 'find' }, 'Find'), controls.form),
    element(
      'section',
      { id: 'hosts', tabindex: '-1', 'aria-labelledby': 'hosts-title' },
      element('h2', { id: 'hosts-title' }, 'Hosts'),
      count,
      list,
      more,
    ),
  );
  show();
  document.getElementById('plain')?.remove();
  leadSkipLink();
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    controls.search.focus();
    controls.search.select();
  });
  openForPrint(list);
}

function button(text: string, pressed: () => void): HTMLElement {
  const made = element('button', { type: 'button' }, text);
  made.addEventListener('click', pressed);
  return made;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement
    ? target.type !== 'checkbox'
    : target instanceof HTMLSelectElement;
}

function leadSkipLink(): void {
  const link = document.querySelector<HTMLAnchorElement>('a.skip');
  if (!link) return;
  link.href = '#hosts';
  link.textContent = 'Skip to the hosts';
}

/** Paper cannot be opened: what is drawn is printed with all its diffs. */
function openForPrint(list: HTMLElement): void {
  let opened: HTMLDetailsElement[] = [];
  window.addEventListener('beforeprint', () => {
    opened = [...list.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const details of opened) openChange(details);
  });
  window.addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
}

const source = document.getElementById('report')?.textContent;
const page = document.getElementById('page');
if (source && page) start(source, page);
