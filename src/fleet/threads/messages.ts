/**
 * What the main thread and a thread that works on hosts say to each other. Plain data that a structured clone leaves as it
 * is; secrets go as text, inside this one process.
 */
import type { HostOutcome } from '../../model/outcome.ts';
import type { PlannedHost } from '../../model/plan.ts';
import type { Problem } from '../../model/problem.ts';
import type { HostWorkOptions } from '../host-work.ts';
import type { RunEvent } from '../run-event.ts';
import type { PackedTarget } from './pack-target.ts';

/** The options of the work that are data; the others are messages. */
export type ThreadOptions = Omit<HostWorkOptions, 'connect' | 'stop' | 'tell' | 'opened' | 'random'>;

/** Told to a thread. */
export type Order =
  | {
      readonly order: 'work';
      readonly job: number;
      readonly task: 'plan' | 'plan-for-report' | 'apply' | 'review' | 'apply-reviewed';
      readonly target: PackedTarget;
      /** Of `apply-reviewed`. */
      readonly plan?: PlannedHost;
    }
  /** The job has its slot again. */
  | { readonly order: 'go-on'; readonly job: number }
  /** The passphrase that was asked for; undefined where nobody gives one. */
  | { readonly order: 'passphrase'; readonly question: number; readonly secret: string | undefined }
  /** No further attempt is begun. */
  | { readonly order: 'stop' }
  | { readonly order: 'close' };

/** Told by a thread. */
export type Word =
  | { readonly word: 'release'; readonly job: number }
  | { readonly word: 'take'; readonly job: number }
  | { readonly word: 'done'; readonly job: number; readonly outcome: HostOutcome }
  /** The host could not be read. */
  | { readonly word: 'unread'; readonly job: number; readonly problem: Problem }
  | { readonly word: 'event'; readonly event: RunEvent }
  /** For a key file; `attempt` from 1, the earlier ones did not open it. */
  | {
      readonly word: 'ask-passphrase';
      readonly question: number;
      readonly file: string;
      readonly attempt: number;
    };
