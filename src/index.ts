/** The library: everything the command line does, for programs. Types come with it; nothing here prints or exits. */
export {
  applyFleet,
  applyFleetApproved,
  gatherFleet,
  planFleet,
  type RunOptions,
} from './fleet/run.ts';
export type { Connect } from './fleet/session.ts';
export type { Target } from './fleet/target.ts';
export {
  type ConnectionDefaults,
  connectionsOf,
  type InventorySelection,
  type Loaded,
  type LoadedInventory,
  load,
  loadHosts,
  selectHosts,
  targetsOf,
} from './load/load.ts';
export type { Action, Cause, Change, FieldChange, IgnoredDifference } from './model/change.ts';
export type {
  ConnectionSettings,
  HostKeyChecking,
  LocalSettings,
  SshLogin,
  SshSettings,
} from './model/connection.ts';
export { type Diagnostic, type Position, sortDiagnostics } from './model/diagnostic.ts';
export type { Group, Host, Inventory } from './model/inventory.ts';
export { autoMac, type Mac, readMac } from './model/mac.ts';
export { FIELD_NAMES, type FieldName, type MacvtapFields, MODES, type Mode } from './model/macvtap.ts';
export type { BeforeRun, IgnoreRule, Manifest, WantedAbsent, WantedMacvtap } from './model/manifest.ts';
export { type Mark, readMark, writeMark } from './model/mark.ts';
export type { Holder, ObservedLink, ObservedMacvtap, ObservedState } from './model/observed.ts';
export type { ChangeResult, HostOutcome } from './model/outcome.ts';
export type { PlannedHost } from './model/plan.ts';
export { PROBLEM_KINDS, type Problem, type ProblemKind } from './model/problem.ts';
export type {
  Command,
  Report,
  ReportChange,
  ReportField,
  ReportHost,
  ReportIgnored,
  ReportShard,
  Status,
} from './model/report.ts';
export { Secret } from './model/secret.ts';
export type { Operation, Step } from './model/step.ts';
export { planHost } from './planning/plan-host.ts';
export { cutShard, type Shard, shardOf } from './planning/shard.ts';
export { Transport } from './remote/connect.ts';
export { type Connection, type ExecOptions, HostTrouble } from './remote/connection.ts';
export { renderDiagnostics } from './render/diagnostics-text.ts';
export { renderGithub } from './render/github.ts';
export { renderHtml } from './render/html.ts';
export { renderJson } from './render/json.ts';
export { renderJunit } from './render/junit.ts';
export { renderMarkdown } from './render/markdown.ts';
export { renderMermaid } from './render/mermaid.ts';
export { renderPlan } from './render/plan-text.ts';
export { type RunTimes, renderPrometheus } from './render/prometheus.ts';
export { renderApply } from './render/report-text.ts';
export { renderSarif } from './render/sarif.ts';
export { styleOf } from './render/style.ts';
export { renderText } from './render/text.ts';
export { buildReport } from './report/build.ts';
export { exitCodeOf } from './report/exit-code.ts';
export { mergeReports, type NamedReport } from './report/merge.ts';
export { version } from './version.ts';
