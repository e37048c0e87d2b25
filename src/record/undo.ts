/**
 * The inverse of a run as manifests: each interface that it changed as it was before. What comes of it on a host is
 * planned, guarded and verified like anything else. Pure.
 */
import type { Position } from '../model/diagnostic.ts';
import { FIELD_NAMES, type FieldName, type MacvtapFields, MODES } from '../model/macvtap.ts';
import type { Manifest, WantedAbsent, WantedMacvtap } from '../model/manifest.ts';
import type { RecordedBefore, RunRecord } from '../model/run-record.ts';

/** Said by --format json and the like of secrets in a value: such a value was never written down. */
const MASK = '********';

export interface Inverse {
  readonly manifests: readonly Manifest[];
  /** Interfaces that cannot be put back, with the reason: `hv01 web0: …`. */
  readonly impossible: readonly string[];
}

/** Whether the record has nothing that could be put back. */
export function changedNothing({ hosts }: RunRecord): boolean {
  return [...hosts.values()].every(({ undo }) => undo.length === 0);
}

/** `file`: where the record is, for messages. */
export function inverseOfRun({ start, hosts }: RunRecord, file: string): Inverse {
  const where: Position = { file, line: 1, column: 1 };
  const impossible: string[] = [];
  const manifests = start.hosts.flatMap((host): Manifest[] => {
    const { undo = [], become = false } = hosts.get(host) ?? {};
    const present: WantedMacvtap[] = [];
    const absent: WantedAbsent[] = [];
    for (const one of [...undo].sort((a, b) => (a.interface < b.interface ? -1 : 1))) {
      const base = { name: one.interface, owner: one.owner, disruption: 'refuse', where } as const;
      if (one.before === null) {
        absent.push({ ...base, ownedOnly: true });
        continue;
      }
      const fields = fieldsBefore(one, one.before);
      if (typeof fields === 'string') impossible.push(`${host} ${one.interface}: ${fields}`);
      else present.push({ ...base, fields, aliasBefore: one.before.alias });
    }
    return present.length + absent.length > 0
      ? [{ host, present, absent, pruneOwners: [], ignore: [], become }]
      : [];
  });
  return { manifests, impossible };
}

/** What an update changed, or all of an interface that was deleted; or why it cannot be said. */
function fieldsBefore(
  { changed }: RecordedBefore,
  { fields, alias }: NonNullable<RecordedBefore['before']>,
): WantedMacvtap['fields'] | string {
  const { lower, mode, state } = fields;
  if (typeof lower !== 'string' || lower.startsWith('@'))
    return 'its lower device is in another network namespace';
  if (!MODES.some((one) => one === mode) || (state !== 'up' && state !== 'down'))
    return 'the record does not say how it was';
  if (JSON.stringify([fields, alias]).includes(MASK))
    return 'the record leaves out a secret that is part of it';
  // iproute2 has no escapes: such a description cannot be part of a batch (ip(8); seen with 6.1).
  if (/["#\\\u0000-\u001f\u007f]/.test(alias))
    return 'its alias held characters that "ip -batch" cannot carry';
  const wanted = new Set<FieldName>(['lower', 'mode', 'state']);
  for (const name of FIELD_NAMES) {
    // The description is part of the alias, which is put back as a whole.
    if (name !== 'alias' && (changed === undefined || changed.includes(name))) wanted.add(name);
  }
  const known = FIELD_NAMES.filter((name) => wanted.has(name) && fields[name] !== undefined);
  // Numbers of queues that differ (`4/1`) can be seen and not be asked for.
  const usable = known.filter((name) => name !== 'queues' || typeof fields.queues === 'number');
  return Object.fromEntries(usable.map((name) => [name, fields[name]])) as Partial<MacvtapFields> &
    WantedMacvtap['fields'];
}
