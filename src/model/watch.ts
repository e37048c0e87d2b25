/** What a watch knows of a host, and what it says: plain data. */

import type { Action, Cause } from './change.ts';
import type { ReportField, ReportHost, ReportProblem, Status } from './report.ts';

/** `unknown`: not tried yet. */
export type WatchedStatus = Status | 'unknown';

export interface WatchedChange {
  readonly interface: string;
  readonly action: Action;
  readonly cause: Cause;
  readonly fields: readonly Pick<ReportField, 'field' | 'before' | 'after'>[];
}

/** A host as of its last read, or attempt; no more of it than is told. */
export interface WatchedState {
  readonly status: WatchedStatus;
  readonly changes: readonly WatchedChange[];
  readonly errors: readonly Pick<ReportProblem, 'kind' | 'message' | 'interface'>[];
}

export type WatchEvent =
  | {
      readonly event: 'host-state';
      readonly host: string;
      readonly was: WatchedStatus;
      readonly state: WatchedState;
    }
  /** No play names it any more. */
  | { readonly event: 'host-gone'; readonly host: string }
  /** It is read at its interval only. */
  | { readonly event: 'no-events'; readonly host: string; readonly reason: string }
  | { readonly event: 'host-healed'; readonly host: string; readonly row: ReportHost }
  /** It drifted again and again: it is not healed any more. */
  | { readonly event: 'heal-stopped'; readonly host: string; readonly heals: number }
  | { readonly event: 'heal-budget-spent'; readonly host: string; readonly per_hour: number }
  | {
      readonly event: 'reloaded';
      readonly hosts: number;
      readonly added: number;
      readonly removed: number;
      readonly changed: number;
    }
  /** The files are broken: what was loaded before stays in force. */
  | { readonly event: 'reload-refused'; readonly mistakes: number };
