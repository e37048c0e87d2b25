/** What is written down of a host when it is finished: its row, and each interface as it was before. Pure. */
import type { Change } from '../model/change.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { RecordedBefore, RecordHost } from '../model/run-record.ts';
import { fieldsDocument } from '../model/state-document.ts';
import { wantedAlias } from '../planning/diff.ts';
import { reportHost } from '../report/build.ts';

/** `at`: ISO 8601, UTC. */
export function recordHost(outcome: HostOutcome, at: string): RecordHost {
  const become = 'plan' in outcome && outcome.plan.manifest.become;
  return { record: 'host', at, row: reportHost(outcome), become, undo: undoOf(outcome) };
}

/** What nobody saw done may be done: an undo looks at the host before it touches anything. */
function undoOf(outcome: HostOutcome): RecordedBefore[] {
  if (outcome.kind !== 'applied') return [];
  return outcome.plan.changes.flatMap((change) => {
    const result = outcome.results.get(change.interface) ?? 'unknown';
    return result === 'done' || result === 'unknown' ? [beforeOf(change)] : [];
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
