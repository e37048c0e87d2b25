/**
 * What a run leaves behind for later: what was asked, what became of each host, and what takes it back. Lines of JSON, so
 * that a run which is killed has said what it did until then. Plain data.
 */
import type { Json } from './json.ts';
import type { Report, ReportHost } from './report.ts';
import type { SavedRollout } from './rollout.ts';

export const RECORD_VERSION = '1.0';

export type RecordedCommand = 'apply' | 'undo';

/** The first line. */
export interface RecordStart {
  readonly record: 'start';
  readonly format_version: typeof RECORD_VERSION;
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly command: RecordedCommand;
  readonly tapfleet: string;
  /** `user@host` of who ran it. */
  readonly controller: string;
  readonly playbooks: readonly string[];
  readonly inventory: readonly string[];
  /** How the run went through them, for an undo; absent where all at once. */
  readonly rollouts?: readonly SavedRollout[];
  /** The run that this one took back. */
  readonly undoes?: string;
  /** Every host of the run, in inventory order. */
  readonly hosts: readonly string[];
}

/** One interface as it was before the run touched it. */
export interface RecordedBefore {
  readonly interface: string;
  /** Whose it was or became: only this owner's interface is touched by an undo. */
  readonly owner: string;
  /** Null: it was not there. `alias` is the whole alias, with the mark. */
  readonly before: { readonly fields: Readonly<Record<string, Json>>; readonly alias: string } | null;
  /** The fields to put back where the interface is still there; absent where it was made or deleted as a whole. */
  readonly changed?: readonly string[];
  /** The whole alias that the run gave it; absent where it left none. */
  readonly alias_after?: string;
}

/** A line for each host when it is finished. */
export interface RecordHost {
  readonly record: 'host';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly row: ReportHost;
  /** Its plays asked to become root. */
  readonly become: boolean;
  /** What was done or may have been done on the host, as it was before. */
  readonly undo: readonly RecordedBefore[];
}

/** The last line; missing where the run was killed. */
export interface RecordEnd {
  readonly record: 'end';
  readonly ended: string;
  readonly interrupted: boolean;
  readonly summary: Report['summary'];
}

export type RecordLine = RecordStart | RecordHost | RecordEnd;

export interface RunRecord {
  readonly start: RecordStart;
  /** By host. */
  readonly hosts: ReadonlyMap<string, RecordHost>;
  readonly end: RecordEnd | undefined;
}
