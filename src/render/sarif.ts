/**
 * Answers what a report says to code scanning: SARIF 2.1.0 (OASIS standard, incl. errata 01; § are its sections). What has
 * a place in a file of the playbook is a result; a host's trouble that has none is a notification of the run (§3.20.21),
 * for GitHub refuses a whole file in which one result has no location.
 */
import { createHash } from 'node:crypto';
import type { Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { Diagnostic, Position } from '../model/diagnostic.ts';
import type { Report } from '../model/report.ts';
import { diagnosticsOf } from '../report/warnings.ts';
import { version } from '../version.ts';
import { type Finding, findingsOf, RULES } from './findings.ts';
import { cutText } from './fold-report.ts';
import { jsonText } from './json.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const RULE_IDS = [...RULES.keys()];
/** UTF-16 units. */
const MESSAGE_ROOM = 8_000;
/** GitHub takes no more results of one run ("SARIF support for code scanning", upload limits: 25,000). */
const MOST_RESULTS = 20_000;

export function renderSarif(
  report: Report,
  diagnostics: readonly Diagnostic[] = diagnosticsOf(report),
): string {
  const findings = findingsOf(report, diagnostics);
  const fingerprint = fingerprints();
  const located = findings.flatMap((finding) =>
    finding.where ? [resultOf(finding, finding.where, fingerprint(finding))] : [],
  );
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'tapfleet', semanticVersion: version, rules: rules() } },
        // §3.14.17: columns of diagnostics count what JavaScript counts.
        columnKind: 'utf16CodeUnits',
        automationDetails: { id: `tapfleet/${report.command}/` },
        invocations: [
          {
            executionSuccessful: !findings.some(
              ({ level, rule }) => level === 'error' && rule !== 'playbook',
            ),
            toolExecutionNotifications: [
              ...findings.filter(({ where }) => !where).map(notificationOf),
              ...leftOut(located.length - MOST_RESULTS),
            ],
          },
        ],
        results: located.slice(0, MOST_RESULTS),
      },
    ],
  };
  return jsonText(JSON.parse(JSON.stringify(log)));
}

function rules(): ReportingDescriptor[] {
  return [...RULES].map(([id, { level, meaning }]) => ({
    id,
    shortDescription: { text: meaning },
    defaultConfiguration: { level },
  }));
}

function notificationOf({ rule, level, lines }: Finding): Notification {
  return {
    level,
    message: { text: messageText(lines) },
    associatedRule: { id: rule, index: RULE_IDS.indexOf(rule) },
  };
}

function leftOut(count: number): Notification[] {
  if (count <= 0) return [];
  return [{ level: 'warning', message: { text: `… and ${count} more results are not shown` } }];
}

function resultOf(finding: Finding, where: Position, fingerprint: string): Result {
  const { rule, level, lines } = finding;
  return {
    ruleId: rule,
    ruleIndex: RULE_IDS.indexOf(rule),
    level,
    message: { text: messageText(lines) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(where.file) },
          region: { startLine: where.line, startColumn: where.column },
        },
      },
    ],
    partialFingerprints: { 'tapfleet/v1': fingerprint },
  };
}

/**
 * §3.27.17: the same finding in a later run, though lines were added above it and other hosts have it. The name of a
 * fingerprint says how it was made (§3.27.17: "/v1"); of several alike in one file each has its number.
 */
function fingerprints(): (finding: Finding) => string {
  const seen = new Map<string, number>();
  return ({ rule, where, interface: name, lines }) => {
    const key = JSON.stringify([rule, where?.file, name ?? (rule === 'playbook' ? lines : null)]);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return createHash('sha256').update(`${key}\0${nth}`).digest('hex').slice(0, 32);
  };
}

/** §3.11.5: braces are doubled, for `{0}` is a placeholder; §3.11.6: `[text](place)` is a link, so the two are parted. */
function messageText(lines: readonly string[]): string {
  return cutText(lines.join('\n'), MESSAGE_ROOM).replace(/[{}]/g, '$&$&').replaceAll('](', '] (');
}

/** §3.4.3, RFC 3986: relative where the path is, each segment escaped; never `a:b`, which would be a scheme. */
function uriOf(file: string): string {
  // A lone surrogate has no UTF-8, and so no escape.
  const path = Buffer.from(file)
    .toString()
    .replace(/^(?:\.\/)+/, '');
  const uri = path
    .split('/')
    .map((segment) => encodeURIComponent(segment))
    .join('/');
  return path.startsWith('/') ? `file://${uri}` : uri;
}
