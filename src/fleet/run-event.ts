/** What happens in a run, as it happens: for progress, for machines that listen, for the run's record. Plain data. */
import type { HostOutcome } from '../model/outcome.ts';
import type { Problem } from '../model/problem.ts';
import type { RecordedBefore } from '../model/run-record.ts';

export type RunEvent =
  | { readonly event: 'host-started'; readonly host: string }
  /** `attempt` counts from 2. */
  | {
      readonly event: 'host-retried';
      readonly host: string;
      readonly problem: Problem;
      readonly attempt: number;
    }
  /** Told before a word of it goes out. Twice where the host had moved, and was planned again. */
  | {
      readonly event: 'host-changing';
      readonly host: string;
      readonly become: boolean;
      readonly before: readonly RecordedBefore[];
    }
  /** It was not begun, and is not: `reason` says why. */
  | { readonly event: 'host-skipped'; readonly host: string; readonly reason: string }
  | { readonly event: 'host-finished'; readonly host: string; readonly outcome: HostOutcome };
