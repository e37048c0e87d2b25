/** The text of a run record → the run. A last line that was cut off is passed over: the run was killed while writing it. */
import type { ReportHost } from '../model/report.ts';
import {
  RECORD_VERSION,
  type RecordChanging,
  type RecordEnd,
  type RecordedBefore,
  type RecordedHost,
  type RecordHost,
  type RecordStart,
  type RunRecord,
} from '../model/run-record.ts';

/** Of a host's end as format 1 wrote it. */
interface OldRecordHost extends Omit<RecordHost, 'undo'> {
  readonly become: boolean;
  readonly undo: readonly RecordedBefore[];
}

type Line = RecordStart | RecordChanging | RecordHost | OldRecordHost | RecordEnd;

const READABLE = ['1', majorOf(RECORD_VERSION)];

/** `problem`: why the text is no record that can be used. */
export function parseRecord(text: string): RunRecord | { readonly problem: string } {
  const lines = text.split('\n').filter((line) => line !== '');
  let start: RecordStart | undefined;
  let end: RecordEnd | undefined;
  const changing = new Map<string, RecordChanging>();
  const hosts = new Map<string, RecordedHost>();
  for (const [index, raw] of lines.entries()) {
    const line = readLine(raw);
    if (!line) {
      if (index === lines.length - 1 && start) break;
      return { problem: `line ${index + 1} is no line of a run record` };
    }
    if (line.record === 'start') {
      const { format_version: version } = line;
      if (!READABLE.includes(majorOf(version)))
        return { problem: `it is of format ${version}; this tapfleet reads ${RECORD_VERSION}` };
      start = line;
    } else if (line.record === 'end') end = line;
    else if (line.record === 'changing') {
      changing.set(line.host, line);
      hosts.set(line.host, unknownHost(line));
    } else {
      const { host } = line.row;
      const found = finishedHost(line, changing.get(host));
      if (!found) return { problem: `line ${index + 1} is of a change that no line before it begins` };
      hosts.set(host, found);
    }
  }
  if (!start) return { problem: 'it has no first line that says which run it is' };
  return { start, hosts, end };
}

function majorOf(version: string): string | undefined {
  return version.split('.')[0];
}

function finishedHost(
  line: RecordHost | OldRecordHost,
  begun: RecordChanging | undefined,
): RecordedHost | undefined {
  const { row } = line;
  if ('become' in line) return { row, become: line.become, undo: line.undo };
  const undo = line.undo.map((name) => begun?.before.find((one) => one.interface === name));
  if (undo.includes(undefined)) return undefined;
  return { row, become: begun?.become ?? false, undo: undo.filter((one) => one !== undefined) };
}

/** What nobody saw done may be done: an undo looks at the host before it touches anything. */
function unknownHost({ host, become, before }: RecordChanging): RecordedHost {
  const message = 'the run ended while this host was being changed: plan again to see';
  const row: ReportHost = { host, status: 'failed', changes: [], error: { kind: 'interrupted', message } };
  return { row, become, undo: before, unknown: true };
}

function readLine(raw: string): Line | undefined {
  try {
    const line = JSON.parse(raw);
    switch (line.record) {
      case 'start':
        return typeof line.format_version === 'string' && Array.isArray(line.hosts) ? line : undefined;
      case 'changing':
        return typeof line.host === 'string' && isListOf(line.before, isBefore) ? line : undefined;
      case 'host': {
        const isRow = typeof line.row?.host === 'string' && Array.isArray(line.row.changes);
        return isRow && isListOf(line.undo, 'become' in line ? isBefore : isText) ? line : undefined;
      }
      default:
        return line.record === 'end' ? line : undefined;
    }
  } catch {
    return undefined;
  }
}

function isListOf(list: unknown, is: (one: unknown) => boolean): boolean {
  return Array.isArray(list) && list.every(is);
}

function isText(one: unknown): boolean {
  return typeof one === 'string';
}

/** What the fields of an interface hold is looked at where they are used (undo.ts). */
function isBefore(one: unknown): boolean {
  const { interface: name, owner, before, changed } = (one ?? {}) as Partial<Record<string, unknown>>;
  const { fields, alias } = (before ?? {}) as { readonly fields?: unknown; readonly alias?: unknown };
  const isState = typeof fields === 'object' && fields !== null && typeof alias === 'string';
  return (
    isText(name) &&
    isText(owner) &&
    (before === null || isState) &&
    (changed === undefined || isListOf(changed, isText))
  );
}
