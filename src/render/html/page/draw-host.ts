/** Answers how one host is drawn: its lower devices, on each the macvtaps by mode, and what else is to be said of it. */
import type { Json } from '../../../model/json.ts';
import type { Command, ReportChange, ReportProblem } from '../../../model/report.ts';
import { printable } from '../../printable.ts';
import { valueText } from '../../value-text.ts';
import { type Packed, unpackChange } from '../packed.ts';
import { drawChange } from './draw-change.ts';
import { type Child, element } from './element.ts';
import type { Match } from './find.ts';

/** All below the host's name. `about` says a message of several hosts without the address of one. */
export function drawHost(
  packed: Packed,
  { host, changes }: Match,
  about: (message: string) => string,
): Child[] {
  const { error, errors, warnings } = host.kind;
  const hidden = host.changes.length - changes.length;
  return [
    drawNotes(
      'problems',
      (errors ?? (error ? [error] : [])).map((problem) => drawProblem(problem, about)),
    ),
    drawNotes(
      'warnings',
      (warnings ?? []).map((warning) => [printable(warning)]),
    ),
    host.changes.length === 0 && element('p', { class: 'quiet' }, nothingText(packed.command, host.status)),
    ...drawLowers(packed, { host, changes }),
    drawConfirmation(host.kind),
    hidden > 0 &&
      element(
        'p',
        { class: 'quiet' },
        `${hidden} of ${host.changes.length} interfaces do not match and are not drawn.`,
      ),
  ];
}

function nothingText(command: Command, status: string): string {
  switch (status) {
    case 'in-sync':
      return command === 'apply'
        ? 'Nothing to do: it has what the playbook declares. The report does not list unchanged interfaces.'
        : 'As the playbook declares. The report does not list unchanged interfaces.';
    case 'unreachable':
    case 'failed':
      return 'Could not be read: what is on it is unknown.';
    case 'skipped':
      return 'Not looked at in this run.';
    default:
      return 'No interface would be changed.';
  }
}

/** Where it is, or is to be, once the change is made. */
function placeOf({ before, after }: ReportChange): { readonly lower: string; readonly mode: string } {
  const state: Readonly<Record<string, Json>> = after ?? before ?? {};
  const word = (value: Json | undefined) => (typeof value === 'string' ? printable(value) : 'unknown');
  return { lower: word(state.lower), mode: word(state.mode) };
}

function drawLowers(packed: Packed, { host, changes }: Match): HTMLElement[] {
  const lowers = new Map<string, Map<string, ReportChange[]>>();
  for (const { shape, leaves } of changes) {
    const change = unpackChange(packed, shape, leaves);
    const { lower, mode } = placeOf(change);
    const modes = lowers.get(lower) ?? new Map<string, ReportChange[]>();
    lowers.set(lower, modes);
    modes.set(mode, [...(modes.get(mode) ?? []), change]);
  }
  const view = { command: packed.command, status: host.status };
  return [...lowers].map(([lower, modes]) =>
    element(
      'section',
      { class: 'lower' },
      element(
        'h4',
        {},
        element('span', { class: 'unseen' }, 'Lower device '),
        element('code', { dir: 'ltr' }, lower),
      ),
      element(
        'div',
        { class: 'modes' },
        ...[...modes].flatMap(([mode, taps]) => [
          element('h5', {}, element('span', { class: 'unseen' }, 'Mode '), mode),
          element('ul', { class: 'taps' }, ...taps.map((tap) => element('li', {}, drawChange(tap, view)))),
        ]),
      ),
    ),
  );
}

function drawNotes(title: 'problems' | 'warnings', notes: readonly (readonly Child[])[]): HTMLElement | null {
  if (notes.length === 0) return null;
  const word = title === 'problems' ? 'Problem' : 'Warning';
  return element(
    'ul',
    { class: `notes ${title}` },
    ...notes.map((note) => element('li', {}, element('strong', {}, `${word}: `), ...note)),
  );
}

function drawProblem(problem: ReportProblem, about: (message: string) => string): Child[] {
  const { kind, message, interface: name, declared_at: at } = problem;
  return [
    element('span', { class: 'kind' }, printable(kind)),
    name !== undefined && ' on ',
    name !== undefined && element('code', { dir: 'ltr' }, valueText(name)),
    `: ${printable(about(message))}`,
    at && ' (declared at ',
    at && element('code', { dir: 'ltr' }, `${printable(at.file)}:${at.line}:${at.column}`),
    at && ')',
  ];
}

function drawConfirmation({ confirm_over: over, management_device: device }: Match['host']['kind']): Child {
  if (over !== 'new-connection') return null;
  const why =
    device === undefined ? '' : `, for ${printable(device)} carries the connection that tapfleet itself uses`;
  return element('p', { class: 'quiet' }, `Changes are confirmed over a new connection${why}.`);
}
