/**
 * Is a text a report that this tapfleet wrote, whole and as it was written? What is not says what is wrong with it, and
 * in which file. Loads zod: only commands that read reports may import it.
 */
import type { Diagnostic } from '../model/diagnostic.ts';
import { FORMAT_VERSION, type Report } from '../model/report.ts';
import { reportOfHosts } from './build.ts';
import { reportSchema } from './schema.ts';

export type ReportReading = { readonly report: Report } | { readonly problem: Diagnostic };

/** `file` is for the message alone. The report keeps its keys in the order of the text. */
export function readReport(file: string, text: string): ReportReading {
  const wrong = (what: string, hint = 'it must be what --format json printed, all of it and unchanged') => ({
    problem: { severity: 'error', summary: `${file} ${what}`, hint } as const,
  });
  if (text.trim() === '') return wrong('is empty');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return wrong(`is not JSON, or only a part of it: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof value !== 'object' || value === null || !('format_version' in value) || !('hosts' in value)) {
    return wrong('is no report of tapfleet');
  }
  if (value.format_version !== FORMAT_VERSION) {
    const version = JSON.stringify(value.format_version);
    return wrong(
      `is a report of version ${version}, and this tapfleet reads "${FORMAT_VERSION}"`,
      'read it with the tapfleet that wrote it',
    );
  }
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return wrong(`is not as a report is: ${placeOf(issue?.path ?? [])}${issue?.message ?? ''}`);
  }
  const report = value as Report;
  const sums = reportOfHosts(report.command, report.hosts);
  if (sums.outcome !== report.outcome || !sameCounts(sums.summary, report.summary)) {
    return wrong('was changed by hand: its summary does not say what its hosts say');
  }
  const { shard } = report;
  if (shard && (shard.index > shard.count || shard.positions.length !== report.hosts.length)) {
    return wrong('was changed by hand: its shard does not fit its hosts');
  }
  return { report };
}

function sameCounts(a: Report['summary'], b: Report['summary']): boolean {
  return (Object.keys(a) as (keyof Report['summary'])[]).every((key) => a[key] === b[key]);
}

/** `hosts[3].status: ` */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.reduce<string>(
    (before, key) =>
      typeof key === 'number' ? `${before}[${key}]` : `${before}${before && '.'}${String(key)}`,
    '',
  );
  return place === '' ? '' : `${place}: `;
}
