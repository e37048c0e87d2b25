/**
 * What do the reports of several runs say as one? Those of the parts of a run give exactly the report that it would have
 * given undivided; others are put one behind the other. What does not belong together is refused, all of it at once.
 */
import { type Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import type { Report, ReportHost, ReportShard } from '../model/report.ts';
import { digestOfRun } from '../planning/shard.ts';
import { reportOfHosts } from './build.ts';
import { joinWarnings } from './warnings.ts';

export interface NamedReport {
  /** What messages call it. */
  readonly file: string;
  readonly report: Report;
}

interface Part extends NamedReport {
  readonly shard: ReportShard;
}

/** Without a report where a diagnostic says why. */
export function mergeReports(named: readonly NamedReport[]): {
  readonly report?: Report;
  readonly diagnostics: readonly Diagnostic[];
} {
  const found = new Diagnostics();
  const [first] = named;
  if (!first) return { diagnostics: [{ severity: 'error', summary: 'there is no report to merge' }] };
  judgeCommands(first, named, found);
  judgeHosts(named, found);
  const parts = named.flatMap((one) => (one.report.shard ? [{ ...one, shard: one.report.shard }] : []));
  const hosts =
    parts.length > 0 ? joinShards(parts, named, found) : named.flatMap(({ report }) => report.hosts);
  if (found.hasErrors) return { diagnostics: found.all };
  const warnings = joinWarnings(named.map(({ report }) => report));
  return { report: reportOfHosts(first.report.command, hosts, { warnings }), diagnostics: [] };
}

function judgeCommands(first: NamedReport, named: readonly NamedReport[], found: Diagnostics): void {
  const { command } = first.report;
  const other = named.find(({ report }) => report.command !== command);
  if (!other) return;
  found.error(
    `${first.file} is the report of a "${command}", ${other.file} of a "${other.report.command}": they cannot be one`,
  );
}

/** Each file is named once, however many hosts it shares with another. */
function judgeHosts(named: readonly NamedReport[], found: Diagnostics): void {
  const fileOf = new Map<string, string>();
  for (const { file, report } of named) {
    const repeated = report.hosts.flatMap(({ host }) => {
      const before = fileOf.get(host);
      if (before === undefined) fileOf.set(host, file);
      return before === undefined ? [] : [{ host, before }];
    });
    const [one] = repeated;
    if (!one) continue;
    const more = repeated.length > 1 ? `, and so for ${repeated.length - 1} more` : '';
    found.error(`the host "${one.host}" is in ${one.before} and again in ${file}${more}`, {
      hint: 'give each report once, and reports of runs over different hosts',
    });
  }
}

/** The hosts of all parts at their places in the run. */
function joinShards(
  parts: readonly Part[],
  named: readonly NamedReport[],
  found: Diagnostics,
): readonly ReportHost[] {
  const [first] = parts as [Part, ...Part[]];
  const { count, run } = first.shard;
  const whole = named.find(({ report }) => !report.shard);
  if (whole) found.error(`${first.file} is a part of a run (--shard), and ${whole.file} is not`);
  const cutOtherwise = parts.find(({ shard }) => shard.count !== count);
  if (cutOtherwise) {
    found.error(
      `${first.file} is one of ${count} parts, ${cutOtherwise.file} one of ${cutOtherwise.shard.count}: they are not of one run`,
    );
  }
  const elsewhere = parts.find(({ shard }) => shard.run !== run);
  if (elsewhere) {
    found.error(`${first.file} and ${elsewhere.file} are not parts of one run: it had other hosts`, {
      hint: 'run all parts with the same inventory, playbooks and --limit',
    });
  }
  if (found.hasErrors) return [];
  judgeParts(parts, count, found);
  if (found.hasErrors) return [];
  const placed = parts
    .flatMap(({ shard, report }) =>
      report.hosts.map((host, index) => ({ host, position: shard.positions[index] ?? 0 })),
    )
    .sort((a, b) => a.position - b.position)
    .map(({ host }) => host);
  if (digestOfRun(placed.map(({ host }) => host)) !== run) {
    found.error(
      'the parts do not make the whole run: hosts of one are missing, or have been changed by hand',
    );
  }
  return placed;
}

/** Each part once. */
function judgeParts(parts: readonly Part[], count: number, found: Diagnostics): void {
  const fileOf = new Map<number, string>();
  for (const { file, shard } of parts) {
    const before = fileOf.get(shard.index);
    if (before !== undefined) found.error(`${before} and ${file} are both part ${shard.index}/${count}`);
    fileOf.set(shard.index, file);
  }
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((one) => !fileOf.has(one));
  if (missing.length === 0) return;
  const shown = missing.slice(0, 10).map((index) => `${index}/${count}`);
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : '';
  found.error(
    `the run is not whole: ${shown.join(', ')}${more} ${missing.length > 1 ? 'are' : 'is'} missing`,
    {
      hint: 'an empty part has a report too: give those of all parts',
    },
  );
}
