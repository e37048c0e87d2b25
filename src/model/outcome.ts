/** How a run ended for one host. A failure is a value in its host's row; it never leaves it. */
import type { PlannedHost } from './plan.ts';
import type { Problem } from './problem.ts';

/** Whether the host was seen to have a change after an apply. */
export type ChangeResult = 'done' | 'not-done' | 'undone' | 'unknown';

export type HostOutcome =
  /** Read and planned; nothing was to be applied, or it is in sync, or it is refused. */
  | { readonly kind: 'planned'; readonly host: string; readonly plan: PlannedHost }
  /** Could not be read: nothing was touched, nothing is known. */
  | { readonly kind: 'unread'; readonly host: string; readonly problem: Problem }
  /** Steps were sent. Without problems every change was seen done on the host. */
  | {
      readonly kind: 'applied';
      readonly host: string;
      readonly plan: PlannedHost;
      /** By interface name. */
      readonly results: ReadonlyMap<string, ChangeResult>;
      readonly problems: readonly Problem[];
      /** Everything that was done was taken back: the host is as it was. */
      readonly rolledBack: boolean;
    }
  /** Not tried in this run. */
  | { readonly kind: 'skipped'; readonly host: string; readonly reason: string };
