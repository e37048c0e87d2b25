/** What would be done on a host: its changes and steps, nothing applied. */
import type { Change, IgnoredDifference } from './change.ts';
import type { Manifest } from './manifest.ts';
import type { ObservedState } from './observed.ts';
import type { Problem } from './problem.ts';
import type { Step } from './step.ts';

export interface PlannedHost {
  readonly kind: 'planned';
  readonly host: string;
  readonly manifest: Manifest;
  readonly observed: ObservedState;
  /** In interface order. */
  readonly changes: readonly Change[];
  /** What differs and is left to others; in interface order. An interface can be here and among the changes. */
  readonly ignored: readonly IgnoredDifference[];
  /** Reasons to touch nothing on this host; in interface order. Not empty: nothing may be applied. */
  readonly refusals: readonly Problem[];
  /**
   * How the changes are confirmed to the host's dead-man switch: over a new connection where they are on the device that
   * carries the management connection, or where that is not known. Undefined where there is nothing to change.
   */
  readonly confirmOver: 'new-connection' | 'same-connection' | undefined;
  /** Worth knowing, in the way of nothing. */
  readonly warnings: readonly string[];
  /** What carries the changes out, in order; empty where there is nothing to do or the host is refused. */
  readonly steps: readonly Step[];
}
