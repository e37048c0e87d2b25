/** Answers which hosts, and which of their changes, a reader asks for. Knows no page. */
import type { Action } from '../../../model/change.ts';
import type { Status } from '../../../model/report.ts';
import type { ChangeEntry, HostEntry } from './fleet.ts';

/** An empty set asks for everything. */
export interface Question {
  readonly search: string;
  readonly statuses: ReadonlySet<Status>;
  readonly actions: ReadonlySet<Action>;
  /** Only changes that disturb a holder. */
  readonly disturbing: boolean;
}

export interface Match {
  readonly host: HostEntry;
  /** All of the host's where nothing was asked of its changes. */
  readonly changes: readonly ChangeEntry[];
}

/** Every word must be found in the host's name or in one and the same change. */
export function findMatches(hosts: readonly HostEntry[], question: Question): Match[] {
  const words = question.search.toLowerCase().split(/\s+/).filter(Boolean).map(asAddress);
  const asksChanges = question.actions.size > 0 || question.disturbing;
  return hosts.flatMap((host) => {
    if (question.statuses.size > 0 && !question.statuses.has(host.status)) return [];
    const left = words.filter((word) => !host.text.includes(word));
    const changes = host.changes.filter(
      (change) =>
        left.every((word) => change.text.includes(word)) &&
        (question.actions.size === 0 || question.actions.has(change.action)) &&
        (!question.disturbing || change.disturbs),
    );
    const found = changes.length > 0 || (left.length === 0 && !asksChanges);
    return found ? [{ host, changes }] : [];
  });
}

/** `52-54-00` is how other systems write the beginning of an address. */
function asAddress(word: string): string {
  return /^(?:[0-9a-f]{2}-)+[0-9a-f]{0,2}$/.test(word) && word.length > 5 ? word.replaceAll('-', ':') : word;
}
