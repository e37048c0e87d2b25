/** What differs on one host, as meaning: frozen data that says nothing of commands (those are steps). */
import type { FieldName, FieldValue } from './macvtap.ts';
import type { WantedMacvtap } from './manifest.ts';
import type { Holder, ObservedMacvtap } from './observed.ts';

export const ACTIONS = ['create', 'update', 'replace', 'delete'] as const;
export type Action = (typeof ACTIONS)[number];

/**
 * Why there is something to do. `drift`: the host no longer has what was last applied to it. `pending`: the playbook
 * asks for something that was not applied yet. An interface that is gone has no mark to tell by: `pending`.
 */
export type Cause = 'drift' | 'pending' | 'both';

export interface FieldChange {
  /** `mark`: the interface is as desired, its mark is not. */
  readonly field: FieldName | 'mark';
  /** Null: not there, or (for a field) this host cannot show it. */
  readonly before: FieldValue | null;
  readonly after: FieldValue | null;
  /** Why this field needs the interface replaced. */
  readonly replacementReason?: string;
  readonly cause: Cause;
}

export interface Change {
  readonly interface: string;
  readonly action: Action;
  readonly cause: Cause;
  /** A foreign interface that a play names: after the change it carries our mark. */
  readonly adopts: boolean;
  /** In the order of FIELD_NAMES; those that differ. For a create, what is declared; for a delete, none. */
  readonly fields: readonly FieldChange[];
  /** Null for a create. */
  readonly before: ObservedMacvtap | null;
  /** Null for a delete. */
  readonly after: WantedMacvtap | null;
  readonly holders: readonly Holder[] | 'unknown';
  /** What a holder would lose; empty where frames keep flowing. */
  readonly disruptions: readonly string[];
}

/** What differs on one interface and is left to others, because a play's `ignore` says so. */
export interface IgnoredDifference {
  readonly interface: string;
  /** What would be done because of it. */
  readonly action: Action;
  /** Those of the change that would be. */
  readonly fields: readonly FieldChange[];
}
