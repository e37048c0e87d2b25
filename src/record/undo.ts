/**
 * The inverse of a run as manifests: what it created is to go, and each interface that it changed is wanted as it was before.
 * What comes of it on a host is planned, guarded and verified like anything else. Pure.
 */
import type { Position } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import { FIELD_NAMES, type FieldName, type FieldValue, type MacvtapFields, MODES } from '../model/macvtap.ts';
import type { BeforeRun, Manifest, WantedAbsent, WantedMacvtap } from '../model/manifest.ts';
import type { Problem } from '../model/problem.ts';
import type { ReportChange } from '../model/report.ts';
import { type Rollout, rolloutOf } from '../model/rollout.ts';
import type { RecordedBefore, RunRecord } from '../model/run-record.ts';

/** Said by --format json and the like of secrets in a value: such a value was never written down. */
const MASK = '********';

/** Whether the record has nothing that could be put back. */
export function changedNothing({ hosts }: RunRecord): boolean {
  return [...hosts.values()].every(({ undo }) => undo.length === 0);
}

/** One for each host on which there is something to undo. `file`: where the record is, for messages. */
export function inverseOfRun({ start, hosts }: RunRecord, file: string): Manifest[] {
  const where: Position = { file, line: 1, column: 1 };
  return start.hosts.flatMap((host): Manifest[] => {
    const { undo = [], become = false, row } = hosts.get(host) ?? {};
    const before: BeforeRun[] = [];
    const absent: WantedAbsent[] = [];
    const impossible: Problem[] = [];
    for (const one of [...undo].sort((a, b) => (a.interface < b.interface ? -1 : 1))) {
      const base = { name: one.interface, owner: one.owner, where } as const;
      if (one.before === null) {
        absent.push({ ...base, disruption: 'refuse', ownedOnly: true });
        continue;
      }
      const fields = fieldsBefore(one.before);
      if (typeof fields === 'string') {
        const message = `${one.interface}: ${fields}: it stays as it is`;
        impossible.push({ kind: 'cannot-undo', interface: one.interface, message });
        continue;
      }
      const change = row?.changes.find((done) => done.interface === one.interface);
      before.push({ ...base, fields, alias: one.before.alias, ...whatWasDone(one, change) });
    }
    return undo.length > 0
      ? [{ host, present: [], before, absent, impossible, pruneOwners: [], ignore: [], become }]
      : [];
  });
}

/** `change`: the same interface in the run's report. */
function whatWasDone(
  { changed, alias_after: aliasAfter }: RecordedBefore,
  change: ReportChange | undefined,
): Pick<BeforeRun, 'action' | 'changed' | 'aliasAfter'> {
  const made = new Map(change?.fields.map(({ field, after }) => [field, after]));
  const known = <T>(value: T | undefined) => (JSON.stringify(value)?.includes(MASK) ? undefined : value);
  return {
    action: changed ? 'update' : change?.action === 'delete' ? 'delete' : 'replace',
    changed: new Map(
      changed?.map((field) => [
        field as FieldName,
        known((made.get(field) ?? undefined) as FieldValue | undefined),
      ]),
    ),
    aliasAfter: known(aliasAfter),
  };
}

const isCount = (value: Json): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isText = (value: Json): boolean => typeof value === 'string';
const isTruth = (value: Json): boolean => typeof value === 'boolean';

/** A record is a file that anybody may have edited. What was masked is told apart later. */
const KINDS: Readonly<Record<FieldName, (value: Json) => boolean>> = {
  lower: isText,
  mode: isText,
  mac: isText,
  mtu: isCount,
  txqueuelen: isCount,
  bcqueuelen: isCount,
  queues: (value) => isCount(value) || isText(value),
  source_macs: (value) => Array.isArray(value) && value.every(isText),
  nopromisc: isTruth,
  promisc: isTruth,
  allmulticast: isTruth,
  addrgenmode: isText,
  alias: isText,
  state: isText,
};

/** All of an interface as it was; or why it cannot be said. */
function fieldsBefore({
  fields,
  alias,
}: NonNullable<RecordedBefore['before']>): WantedMacvtap['fields'] | string {
  const { lower, mode, state } = fields;
  if (typeof lower !== 'string' || lower.startsWith('@'))
    return 'its lower device is in another network namespace';
  if (!MODES.some((one) => one === mode) || (state !== 'up' && state !== 'down'))
    return 'the record does not say how it was';
  const wrong = FIELD_NAMES.find((name) => fields[name] !== undefined && !KINDS[name](fields[name]));
  if (wrong !== undefined) return `the record has no ${wrong} that an interface can have`;
  if (JSON.stringify([fields, alias]).includes(MASK))
    return 'the record leaves out a secret that is part of it';
  // iproute2 has no escapes: such a description cannot be part of a batch (ip(8); seen with 6.1).
  if (/["#\\\u0000-\u001f\u007f]/.test(alias))
    return 'its alias held characters that "ip -batch" cannot carry';
  // The description is part of the alias, which is put back as a whole.
  const known = FIELD_NAMES.filter((name) => name !== 'alias' && fields[name] !== undefined);
  // Numbers of queues that differ (`4/1`) can be seen and not be asked for.
  const usable = known.filter((name) => name !== 'queues' || typeof fields.queues === 'number');
  return Object.fromEntries(usable.map((name) => [name, fields[name]])) as Partial<MacvtapFields> &
    WantedMacvtap['fields'];
}

/** As the run went through its hosts, so does its undo through those that are left; undefined: all at once. */
export function rolloutsOfUndo({ start }: RunRecord, hosts: readonly string[]): Rollout[] | undefined {
  const due = new Set(hosts);
  return start.rollouts?.map((saved) => {
    const rollout = rolloutOf(saved);
    return { ...rollout, hosts: rollout.hosts.filter((host) => due.has(host)) };
  });
}
