/**
 * Answers what a run amounts to: outcomes of hosts in, the contract's report out. Pure; draws nothing, knows no output
 * format, and decides nothing that planning or applying has not decided already.
 */
import { ACTIONS, type Change, type FieldChange } from '../model/change.ts';
import type { Position } from '../model/diagnostic.ts';
import type { FieldValue } from '../model/macvtap.ts';
import type { ChangeResult, HostOutcome } from '../model/outcome.ts';
import { type Problem, UNREACHABLE_KINDS } from '../model/problem.ts';
import {
  type Command,
  FORMAT_VERSION,
  type Report,
  type ReportChange,
  type ReportField,
  type ReportHost,
  type ReportIgnored,
  type ReportProblem,
  type ReportShard,
  type ReportValue,
  type ReportWarning,
  STATUSES,
  type Status,
} from '../model/report.ts';
import { fieldsDocument } from '../model/state-document.ts';
import { countIgnored } from './count-ignored.ts';

/** What of a run is said beside its hosts. */
export interface RunWords {
  /** Which part of a run the hosts are. */
  readonly shard?: ReportShard | undefined;
  readonly warnings?: readonly ReportWarning[];
}

/** `outcomes` in inventory order: the report keeps it. */
export function buildReport(
  command: Command,
  outcomes: readonly HostOutcome[],
  words: RunWords = {},
): Report {
  return reportOfHosts(command, outcomes.map(reportHost), words);
}

/** The report of hosts that are rows already, as when the reports of several runs become one. */
export function reportOfHosts(
  command: Command,
  hosts: readonly ReportHost[],
  { shard, warnings = [] }: RunWords = {},
): Report {
  return {
    format_version: FORMAT_VERSION,
    command,
    ...(shard ? { shard } : {}),
    outcome: worstOf(hosts),
    summary: summaryOf(hosts),
    ...(warnings.length > 0 ? { warnings } : {}),
    hosts,
  };
}

/** What an outcome is called in every report. */
export function statusOf(outcome: HostOutcome): Status {
  switch (outcome.kind) {
    case 'planned':
      if (outcome.plan.refusals.length > 0) return 'refused';
      return outcome.plan.changes.length > 0 ? 'changes' : 'in-sync';
    case 'unread':
      if (outcome.problem.kind === 'cannot-undo') return 'refused';
      return UNREACHABLE_KINDS.has(outcome.problem.kind) ? 'unreachable' : 'failed';
    case 'applied':
      if (outcome.rolledBack) return 'rolled-back';
      return problemsOf(outcome).length > 0 ? 'failed' : 'changed';
    case 'skipped':
      return 'skipped';
  }
}

/** A host's row. */
export function reportHost(outcome: HostOutcome): ReportHost {
  const warnings = warningsOf(outcome);
  const places = placesOf(outcome);
  const ignored = ignoredOf(outcome);
  return {
    host: outcome.host,
    status: statusOf(outcome),
    changes: changesOf(outcome, places),
    ...(ignored.length > 0 ? { ignored } : {}),
    ...confirmationOf(outcome),
    ...errorsOf(outcome, places),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** What the host's plan leaves to others; unknown, and so none, where the host was not read. */
export function ignoredOf(outcome: HostOutcome): readonly ReportIgnored[] {
  if (outcome.kind !== 'planned' && outcome.kind !== 'applied') return [];
  return outcome.plan.ignored.map(({ interface: name, action, fields }) => ({
    interface: name,
    action,
    fields: fields.map(reportField),
  }));
}

function confirmationOf(outcome: HostOutcome): Pick<ReportHost, 'confirm_over' | 'management_device'> {
  if (outcome.kind !== 'planned' && outcome.kind !== 'applied') return {};
  const { confirmOver, observed } = outcome.plan;
  if (confirmOver === undefined) return {};
  const device = confirmOver === 'new-connection' ? observed.managementDevice : undefined;
  return { confirm_over: confirmOver, ...(device === undefined ? {} : { management_device: device }) };
}

function changesOf(outcome: HostOutcome, places: Places): readonly ReportChange[] {
  switch (outcome.kind) {
    case 'planned':
      return outcome.plan.changes.map((change) => reportChange(places, change));
    case 'applied':
      return outcome.plan.changes.map((change) =>
        reportChange(places, change, outcome.results.get(change.interface) ?? 'unknown'),
      );
    case 'unread':
    case 'skipped':
      return [];
  }
}

function reportChange(places: Places, change: Change, result?: ChangeResult): ReportChange {
  const { before, after } = change;
  return {
    interface: change.interface,
    action: change.action,
    cause: change.cause,
    ...(change.adopts ? { adopts: true } : {}),
    fields: change.fields.map(reportField),
    holders: change.holders === 'unknown' ? [] : change.holders.map((holder) => ({ ...holder })),
    holders_known: change.holders !== 'unknown',
    ...(change.disruptions.length > 0 ? { disruptions: [...change.disruptions] } : {}),
    ...(result ? { result } : {}),
    before: before && fieldsDocument(before.fields),
    after: after && fieldsDocument({ ...before?.fields, ...after.fields }),
    ...declaredAt(places, change.interface),
  };
}

function reportField(field: FieldChange): ReportField {
  return {
    field: field.field,
    before: toJson(field.before),
    after: toJson(field.after),
    forces_replacement: field.replacementReason !== undefined,
    ...(field.replacementReason === undefined ? {} : { replacement_reason: field.replacementReason }),
    cause: field.cause,
  };
}

/** JSON has no `undefined`: a key that vanished would read as "not asked" where it means "not there". */
function toJson(value: FieldValue | null | undefined): ReportValue {
  return value ?? null;
}

function errorsOf(outcome: HostOutcome, places: Places): Pick<ReportHost, 'error' | 'errors'> {
  const errors = problemsOf(outcome).map((problem) => reportProblem(problem, places));
  const [error] = errors;
  if (!error) return {};
  return errors.length > 1 ? { error, errors } : { error };
}

/** What went wrong on a host, or stands in the way; of a host that was changed also what could not be asked of it. */
export function problemsOf(outcome: HostOutcome): readonly Problem[] {
  switch (outcome.kind) {
    case 'planned':
      return outcome.plan.refusals;
    case 'unread':
      return [outcome.problem];
    case 'applied':
      return [...outcome.problems, ...(outcome.plan.manifest.impossible ?? [])];
    case 'skipped':
      return [];
  }
}

function reportProblem(problem: Problem, places: Places): ReportProblem {
  return {
    kind: problem.kind,
    message: problem.message,
    ...(problem.interface === undefined
      ? {}
      : { interface: problem.interface, ...declaredAt(places, problem.interface) }),
  };
}

/** Where the playbook declares a host's interfaces, by name. */
type Places = ReadonlyMap<string, Position>;

/** Also of those that it declares absent. */
function placesOf(outcome: HostOutcome): Places {
  if (outcome.kind !== 'planned' && outcome.kind !== 'applied') return new Map();
  const { present, absent } = outcome.plan.manifest;
  return new Map([...absent, ...present].map(({ name, where }) => [name, where]));
}

function declaredAt(places: Places, name: string): { readonly declared_at?: Position } {
  const where = places.get(name);
  return where ? { declared_at: { ...where } } : {};
}

/** A skipped host's reason is no error of the host: it stands among the warnings. */
function warningsOf(outcome: HostOutcome): readonly string[] {
  switch (outcome.kind) {
    case 'planned': {
      const { refusals, warnings, manifest } = outcome.plan;
      const left = refusals.length > 0 ? [] : (manifest.impossible ?? []);
      return [...warnings, ...left.map(({ message }) => message)];
    }
    case 'applied':
      return [...outcome.plan.warnings];
    case 'skipped':
      return [outcome.reason];
    case 'unread':
      return [];
  }
}

function worstOf(hosts: readonly ReportHost[]): Status {
  const worst = hosts.reduce((rank, host) => Math.max(rank, STATUSES.indexOf(host.status)), 0);
  return STATUSES[worst] ?? 'in-sync';
}

function summaryOf(hosts: readonly ReportHost[]): Report['summary'] {
  const statuses = countBy(
    STATUSES,
    hosts.map((host) => host.status),
  );
  const actions = countBy(
    ACTIONS,
    hosts.flatMap((host) => host.changes.map((change) => change.action)),
  );
  const ignored = hosts.reduce((sum, host) => sum + countIgnored(host.ignored), 0);
  return {
    hosts: hosts.length,
    in_sync: statuses['in-sync'],
    changes: statuses.changes,
    changed: statuses.changed,
    failed: statuses.failed,
    rolled_back: statuses['rolled-back'],
    refused: statuses.refused,
    unreachable: statuses.unreachable,
    skipped: statuses.skipped,
    ...actions,
    ...(ignored > 0 ? { ignored } : {}),
  };
}

function countBy<K extends string>(keys: readonly K[], found: readonly K[]): Record<K, number> {
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
  for (const key of found) counts[key] += 1;
  return counts;
}
