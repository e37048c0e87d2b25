/** Answers how what a watch says is drawn: one line an event, for people or for programs. Decides nothing. */
import type { ReportValue } from '../model/report.ts';
import type { WatchEvent, WatchedChange, WatchedState, WatchedStatus } from '../model/watch.ts';
import { jsonLine } from './json.ts';
import { printable } from './printable.ts';
import { problemText } from './problem-text.ts';
import type { Paint, Style } from './style.ts';
import { counted, valueText } from './value-text.ts';

/** Differences of a host that are named in its line; the others are counted. */
const MOST_NAMED = 8;

/** `time`: ISO 8601, UTC. */
export function renderWatchEvent(event: WatchEvent, time: string, style: Style): string {
  return `${style.dim(time)} ${say(event, style)}\n`;
}

/** A JSON object on a line of its own. */
export function watchEventJson(event: WatchEvent, time: string): string {
  return jsonLine({ time, ...plain(event) });
}

function plain(event: WatchEvent): object {
  switch (event.event) {
    case 'host-state': {
      const { status, changes, errors } = event.state;
      const { host, was } = event;
      return { event: event.event, host, status, was, changes, ...(errors.length > 0 ? { errors } : {}) };
    }
    case 'host-healed': {
      const { host, row } = event;
      const changes = row.changes.map(({ interface: name, action, result }) => ({
        interface: name,
        action,
        result,
      }));
      return {
        event: event.event,
        host,
        status: row.status,
        changes,
        ...(row.error ? { error: row.error } : {}),
      };
    }
    default:
      return event;
  }
}

function say(event: WatchEvent, style: Style): string {
  switch (event.event) {
    case 'host-state':
      return `${nameOf(event, style)} ${stateText(event.state, style)}`;
    case 'host-gone':
      return `${nameOf(event, style)} is not watched any more: no play names it`;
    case 'no-events':
      return `${nameOf(event, style)} tells of no changes, it is read at its interval only: ${printable(event.reason)}`;
    case 'host-healed': {
      const { row } = event;
      if (row.status === 'changed') {
        return `${nameOf(event, style)} ${style.green('healed')}: ${row.changes.map((one) => printable(one.interface)).join(', ')}`;
      }
      const why = row.error ? `: ${problemText(row.error)}` : '';
      return `${nameOf(event, style)} ${style.red('was not healed')}: ${row.status}${why}`;
    }
    case 'heal-stopped':
      return `${nameOf(event, style)} ${style.red('fights back')}: healed ${event.heals} times within 10 minutes and drifted again; it is not healed any more`;
    case 'heal-budget-spent':
      return `${nameOf(event, style)} waits to be healed: ${counted(event.per_hour, 'repair')} within an hour, no more (--heal-budget)`;
    case 'reloaded': {
      const parts = (['added', 'changed', 'removed'] as const).flatMap((what) =>
        event[what] > 0 ? [`${event[what]} ${what}`] : [],
      );
      return `files loaded again: ${counted(event.hosts, 'host')}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
    }
    case 'reload-refused':
      return style.red(
        `the files are broken (${counted(event.mistakes, 'mistake')}): what was loaded before stays in force`,
      );
  }
}

function nameOf({ host }: { readonly host: string }, style: Style): string {
  return style.bold(printable(host));
}

function stateText({ status, changes, errors }: WatchedState, style: Style): string {
  const named = changes.slice(0, MOST_NAMED).map(changeText);
  const more = changes.length > MOST_NAMED ? [`${changes.length - MOST_NAMED} more`] : [];
  const parts = [...errors.map(problemText), ...named, ...more];
  const word = paintOf(status, style)(status);
  return parts.length > 0 ? `${word}: ${parts.join('; ')}` : word;
}

function changeText({ interface: name, action, cause, fields }: WatchedChange): string {
  const what = printable(name);
  switch (action) {
    case 'create':
      return `${what} is missing (${cause})`;
    case 'delete':
      return `${what} should not be there (${cause})`;
    case 'update':
    case 'replace': {
      const differ = fields.map(({ field, before, after }) => `${field} ${text(before)}, not ${text(after)}`);
      return `${what} ${differ.join(', ')} (${cause})`;
    }
  }
}

function text(value: ReportValue): string {
  return value === null ? 'unknown' : valueText(value);
}

function paintOf(status: WatchedStatus, style: Style): Paint {
  if (status === 'in-sync') return style.green;
  return status === 'changes' ? style.yellow : style.red;
}
