/** Answers how a reader says what to look at: the search, and what is ticked. Tells of every change; draws no host. */
import { ACTIONS, type Action } from '../../../model/change.ts';
import { STATUSES, type Status } from '../../../model/report.ts';
import { actionFace, type Face, statusFace } from '../faces.ts';
import { badge } from './badge.ts';
import { element, freshId } from './element.ts';
import type { Question } from './find.ts';
import type { Fleet } from './fleet.ts';

export interface Controls {
  readonly form: HTMLElement;
  readonly search: HTMLInputElement;
  question(): Question;
  folds(): boolean;
  /** Asks for everything again. */
  clear(): void;
}

export function makeControls({ packed, hosts }: Fleet, changed: () => void): Controls {
  const search = element('input', {
    type: 'search',
    id: freshId(),
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-keyshortcuts': '/',
    placeholder: 'hv01 eno1 52:54:00',
  });
  const statuses = ticks(
    [...STATUSES].reverse().map((status) => ({
      value: status,
      face: statusFace(packed.command, status),
      count: hosts.filter((host) => host.status === status).length,
    })),
  );
  const changes = hosts.flatMap((host) => host.changes);
  const actions = ticks(
    ACTIONS.map((action) => ({
      value: action,
      face: actionFace(packed.command, action),
      count: changes.filter((change) => change.action === action).length,
    })),
  );
  const disturbing = ticks([
    {
      value: 'disturbing',
      face: { symbol: '!', word: 'disturbs a holder', tone: 'bad' },
      count: changes.filter((change) => change.disturbs).length,
    },
  ]);
  const fold = element('input', { type: 'checkbox', checked: true });
  const form = element(
    'form',
    { role: 'search', 'aria-label': 'Hosts and interfaces' },
    element(
      'p',
      { class: 'search' },
      element(
        'label',
        { for: search.id },
        'Search for host, interface, lower device, MAC or guest ',
        element('kbd', {}, '/'),
      ),
      search,
    ),
    fieldset('Status of hosts', statuses.labels),
    fieldset('Changes of interfaces', [...actions.labels, ...disturbing.labels]),
    element('p', { class: 'fold' }, element('label', { class: 'tick' }, fold, ' Fold hosts that are alike')),
  );
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', changed);
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || search.value === '') return;
    event.preventDefault();
    search.value = '';
    changed();
  });
  return {
    form,
    search,
    question: () => ({
      search: search.value,
      statuses: new Set(statuses.chosen() as Status[]),
      actions: new Set(actions.chosen() as Action[]),
      disturbing: disturbing.chosen().length > 0,
    }),
    folds: () => fold.checked,
    clear: () => {
      search.value = '';
      for (const box of [...statuses.boxes, ...actions.boxes, ...disturbing.boxes]) box.checked = false;
      changed();
      search.focus();
    },
  };
}

interface Tick {
  readonly value: string;
  readonly face: Face;
  readonly count: number;
}

/** Boxes for what there is at all. */
function ticks(all: readonly Tick[]) {
  const made = all
    .filter(({ count }) => count > 0)
    .map(({ value, face, count }) => {
      const box = element('input', { type: 'checkbox', value });
      const label = element('label', { class: 'tick' }, box, ' ', badge(face), ` ${count}`);
      return { box, label };
    });
  return {
    boxes: made.map(({ box }) => box),
    labels: made.map(({ label }) => label),
    chosen: () => made.filter(({ box }) => box.checked).map(({ box }) => box.value),
  };
}

function fieldset(legend: string, labels: readonly HTMLElement[]): HTMLElement | null {
  if (labels.length === 0) return null;
  return element('fieldset', {}, element('legend', {}, legend), ...labels);
}
