/** What is written down of a host: each interface as it was before, when its change begins; its row when it is finished. Pure. */
import type { Change } from '../model/change.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { RecordedBefore, RecordHost } from '../model/run-record.ts';
import { fieldsDocument } from '../model/state-document.ts';
import { wantedAlias } from '../planning/diff.ts';
import { reportHost } from '../report/build.ts';

/** `at`: ISO 8601, UTC. */
export function recordHost(outcome: HostOutcome, at: string): RecordHost {
  return { record: 'host', at, row: reportHost(outcome), undo: undoOf(outcome) };
}

export function beforesOf(changes: readonly Change[]): RecordedBefore[] {
  return changes.map(beforeOf);
}

/** What nobody saw done may be done: an undo looks at the host before it touches anything. */
function undoOf(outcome: HostOutcome): string[] {
  if (outcome.kind !== 'applied') return [];
  return outcome.plan.changes.flatMap((change) => {
    const result = outcome.results.get(change.interface) ?? 'unknown';
    return result === 'done' || result === 'unknown' ? [change.interface] : [];
  });
}

function beforeOf({ interface: name, action, before, after, fields }: Change): RecordedBefore {
  const owner = after?.owner ?? before?.mark?.owner ?? '';
  if (!before) return { interface: name, owner, before: null };
  return {
    interface: name,
    owner,
    before: { fields: fieldsDocument(before.fields), alias: before.rawAlias },
    ...(action === 'update' ? { changed: fields.map(({ field }) => field) } : {}),
    ...(after ? { alias_after: wantedAlias(after, before) } : {}),
  };
}
