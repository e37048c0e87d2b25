/** Answers by which word, symbol and tone a state is known in the page. Never by colour alone; shared with the browser. */
import type { Action } from '../../model/change.ts';
import type { Command, ReportChange, Status } from '../../model/report.ts';

/** A class of the style sheet: how it is coloured. */
export type Tone = 'good' | 'quiet' | 'create' | 'update' | 'replace' | 'delete' | 'bad' | 'unknown';

export interface Face {
  readonly symbol: string;
  readonly word: string;
  readonly tone: Tone;
}

const STATUS_FACES: Readonly<Record<Status, Face>> = {
  'in-sync': { symbol: '✓', word: 'in sync', tone: 'good' },
  skipped: { symbol: '»', word: 'skipped', tone: 'quiet' },
  changed: { symbol: '◆', word: 'changed', tone: 'create' },
  changes: { symbol: '~', word: 'changes', tone: 'update' },
  unreachable: { symbol: '?', word: 'unreachable', tone: 'unknown' },
  refused: { symbol: '⊘', word: 'refused', tone: 'bad' },
  'rolled-back': { symbol: '↺', word: 'rolled back', tone: 'replace' },
  failed: { symbol: '✗', word: 'failed', tone: 'bad' },
};

const DRIFT_STATUS: Readonly<Partial<Record<Status, string>>> = {
  'in-sync': 'as declared',
  changes: 'differs',
};

const SYMBOLS: Readonly<Record<Action, string>> = { create: '+', update: '~', replace: '±', delete: '−' };
const PLANNED: Readonly<Record<Action, string>> = {
  create: 'create',
  update: 'update in place',
  replace: 'replace',
  delete: 'delete',
};
const FOUND: Readonly<Record<Action, string>> = {
  create: 'missing on the host',
  update: 'differs',
  replace: 'differs, needs a replacement',
  delete: 'should not be there',
};
const DONE: Readonly<Record<Action, string>> = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  delete: 'deleted',
};

/** A status this program does not know is shown as it is written: a masked or newer report is still readable. */
export function statusFace(command: Command, status: Status): Face {
  const face: Face | undefined = STATUS_FACES[status];
  if (!face) return { symbol: '?', word: String(status), tone: 'unknown' };
  const word = command === 'drift' ? DRIFT_STATUS[status] : undefined;
  return word === undefined ? face : { ...face, word };
}

/** What an action is called where it is counted and filtered. */
export function actionFace(command: Command, action: Action): Face {
  const word: string | undefined = (command === 'drift' ? FOUND : PLANNED)[action];
  if (word === undefined) return { symbol: '?', word: String(action), tone: 'unknown' };
  return { symbol: SYMBOLS[action], word, tone: action };
}

/** What is to be said of one change: what will be done, what was found, or what came of it. */
export function changeFace(
  command: Command,
  { action, result }: Pick<ReportChange, 'action' | 'result'>,
): Face {
  const face = actionFace(command, action);
  switch (result) {
    case undefined:
      return face;
    case 'done':
      return { ...face, word: DONE[action] ?? face.word };
    case 'not-done':
      return { symbol: '✗', word: `not ${DONE[action]}`, tone: 'bad' };
    case 'undone':
      return { symbol: '↺', word: `${DONE[action]}, then taken back`, tone: 'replace' };
    default:
      return { symbol: '?', word: `unknown whether ${DONE[action]}`, tone: 'unknown' };
  }
}
