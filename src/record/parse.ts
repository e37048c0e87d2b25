/** The text of a run record → the run. A last line that was cut off is passed over: the run was killed while writing it. */
import {
  RECORD_VERSION,
  type RecordEnd,
  type RecordHost,
  type RecordLine,
  type RecordStart,
  type RunRecord,
} from '../model/run-record.ts';

/** `problem`: why the text is no record that can be used. */
export function parseRecord(text: string): RunRecord | { readonly problem: string } {
  const lines = text.split('\n').filter((line) => line !== '');
  let start: RecordStart | undefined;
  let end: RecordEnd | undefined;
  const hosts = new Map<string, RecordHost>();
  for (const [index, raw] of lines.entries()) {
    const line = readLine(raw);
    if (!line) {
      if (index === lines.length - 1 && start) break;
      return { problem: `line ${index + 1} is no line of a run record` };
    }
    if (line.record === 'start') start = line;
    else if (line.record === 'host') hosts.set(line.row.host, line);
    else end = line;
  }
  if (!start) return { problem: 'it has no first line that says which run it is' };
  if (start.format_version.split('.')[0] !== RECORD_VERSION.split('.')[0]) {
    return { problem: `it is of format ${start.format_version}; this tapfleet reads ${RECORD_VERSION}` };
  }
  return { start, hosts, end };
}

function readLine(raw: string): RecordLine | undefined {
  try {
    const line = JSON.parse(raw);
    if (line.record === 'start')
      return typeof line.format_version === 'string' && Array.isArray(line.hosts) ? line : undefined;
    if (line.record === 'host')
      return typeof line.row?.host === 'string' && Array.isArray(line.undo) ? line : undefined;
    return line.record === 'end' ? line : undefined;
  } catch {
    return undefined;
  }
}
