/**
 * Answers what in a report a person must look at, and where in the playbook it begins. What is of one rule and at one
 * place is one finding, with the hosts it is of. Formats for annotations draw these; nothing is judged anew.
 */
import { type Diagnostic, type Position, sortDiagnostics } from '../model/diagnostic.ts';
import { PROBLEM_KINDS } from '../model/problem.ts';
import type { Report, ReportChange, ReportHost } from '../model/report.ts';
import { cutsOff } from './cuts-off.ts';
import { holderText } from './diff-lines.ts';
import { foldBy, hostsText } from './fold-report.ts';
import { problemsOf } from './host-state.ts';
import { printable } from './printable.ts';
import { counted } from './value-text.ts';
import { withoutAddress } from './without-address.ts';

export type FindingLevel = 'error' | 'warning';

export interface Finding {
  /** A key of RULES. */
  readonly rule: string;
  readonly level: FindingLevel;
  readonly where?: Position | undefined;
  readonly interface?: string | undefined;
  /** Printable, one sentence a line: what is so, and of which hosts. */
  readonly lines: readonly string[];
}

interface Rule {
  readonly level: FindingLevel;
  readonly meaning: string;
}

/** Every rule there is, with what it means. */
export const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...Object.entries(PROBLEM_KINDS).map(([kind, { meaning }]): [string, Rule] => [
    kind,
    { level: 'error', meaning },
  ]),
  ...Object.entries({
    'cuts-off-holder': 'a change that is allowed cuts off a process that holds the tap device',
    'not-as-declared': 'a host does not have what the playbook declares',
    'host-warning': 'something on a host is worth knowing and stands in the way of nothing',
    playbook: 'something in a playbook or an inventory is not as it should be',
  }).map(([rule, meaning]): [string, Rule] => [rule, { level: 'warning', meaning }]),
]);

/** UTF-16 units of a list of hosts. */
const NAMES_ROOM = 200;
const MOST_HOLDERS = 5;

interface Found extends Omit<Finding, 'lines'> {
  readonly host: string;
  readonly text: string;
  /** What hosts have in common of the text, where it is not all. */
  readonly shared?: string;
  /** What of it is the host's own and parts no hosts. */
  readonly detail?: string;
}

/** Errors first; within a level diagnostics of loading, then the order of the report. */
export function findingsOf(report: Report, diagnostics: readonly Diagnostic[] = []): Finding[] {
  const found = report.hosts.flatMap((host) => [
    ...problems(host),
    ...cuts(report, host),
    ...drifts(report, host),
    ...warnings(host),
  ]);
  const place = ({ rule, where, interface: name }: Found) => JSON.stringify([rule, where, name]);
  return errorsFirst([
    ...findingsOfLoading(diagnostics),
    ...foldBy(found, place).map((fold): Finding => {
      const [{ rule, level, where, interface: name }] = fold;
      return { rule, level, where, interface: name, lines: foldBy(fold, sharedText).map(sentence) };
    }),
  ]);
}

/** In the order of their places. */
export function findingsOfLoading(diagnostics: readonly Diagnostic[]): Finding[] {
  return errorsFirst(sortDiagnostics(diagnostics).map(ofLoading));
}

function errorsFirst(findings: readonly Finding[]): Finding[] {
  return [
    ...findings.filter(({ level }) => level === 'error'),
    ...findings.filter(({ level }) => level === 'warning'),
  ];
}

function sharedText({ text, shared = text }: Found): string {
  return shared;
}

function sentence(fold: readonly [Found, ...Found[]]): string {
  const details = fold.flatMap(({ host, detail }) =>
    detail === undefined ? [] : [fold.length > 1 ? `${printable(host)} ${detail}` : detail],
  );
  const left = details.length - MOST_HOLDERS;
  const shown = [...details.slice(0, MOST_HOLDERS), ...(left > 0 ? [`… and ${left} more`] : [])];
  const count = fold.length > 1 ? ` (${counted(fold.length, 'host')})` : '';
  return `${hostsText(fold, NAMES_ROOM)}${count}: ${printable(fold.length > 1 ? sharedText(fold[0]) : fold[0].text)}${shown.length > 0 ? `: ${shown.join('; ')}` : ''}`;
}

function ofLoading({ severity, summary, hint, where }: Diagnostic): Finding {
  const text = hint === undefined ? summary : `${summary}: ${hint}`;
  return { rule: 'playbook', level: severity, where, lines: [printable(text)] };
}

function problems(host: ReportHost): Found[] {
  return problemsOf(host).map((problem) => {
    const named = problem.interface === undefined || problem.message.includes(problem.interface);
    const text = named ? problem.message : `${problem.interface}: ${problem.message}`;
    return {
      rule: RULES.has(problem.kind) ? problem.kind : 'internal',
      level: 'error',
      where: problem.declared_at,
      interface: problem.interface,
      host: host.host,
      text,
      shared: withoutAddress(text),
    };
  });
}

const DOING = { create: 'creating', update: 'updating', replace: 'replacing', delete: 'deleting' } as const;

function cuts(report: Report, host: ReportHost): Found[] {
  if (host.status !== 'changes' && host.status !== 'changed') return [];
  return host.changes.filter(cutsOff).map((change) => {
    const loss = (change.disruptions ?? []).join('; ');
    const holders = change.holders.map(holderText).join(', ');
    const doing = report.command === 'drift' ? 'repairing' : DOING[change.action];
    return {
      ...placeOf('cuts-off-holder', host, change),
      text: change.holders_known
        ? `${doing} ${change.interface} cuts off who holds it (${loss})`
        : `${doing} ${change.interface} cuts off whoever holds it; the login may not look who does (${loss})`,
      ...(holders === '' ? {} : { detail: holders }),
    };
  });
}

/** Only for `drift`: what a plan is to change is no trouble. */
function drifts(report: Report, host: ReportHost): Found[] {
  if (report.command !== 'drift') return [];
  const words = { create: 'is missing', delete: 'is on the host and should not be' } as const;
  const causes = {
    drift: 'was changed on the host',
    pending: 'is not yet as the playbook says',
    both: 'was changed on the host, and the playbook asks for more',
  } as const;
  return host.changes.map((change) => {
    const { action, cause, fields } = change;
    const names = fields.map(({ field }) => field).join(', ');
    const what = action === 'create' || action === 'delete' ? words[action] : `${causes[cause]}: ${names}`;
    return { ...placeOf('not-as-declared', host, change), text: `${change.interface} ${what}` };
  });
}

function placeOf(rule: string, { host }: ReportHost, change: ReportChange): Omit<Found, 'text'> {
  return { rule, level: 'warning', where: change.declared_at, interface: change.interface, host };
}

/** A skipped host's reason is one too: what was not tried is worth knowing. */
function warnings({ host, warnings: texts = [] }: ReportHost): Found[] {
  return texts.map((text) => ({ rule: 'host-warning', level: 'warning', host, text }));
}
