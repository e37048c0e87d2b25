/** What a watch knows of itself and of its hosts at any moment: counted and measured, told to nobody yet. Pure. */
import type { Cause } from '../model/change.ts';
import type { WatchedStatus } from '../model/watch.ts';

/** Counted since the watch began. */
export interface Counters {
  reads: number;
  failedReads: number;
  /** Lines of `ip monitor`, and those of them that were worth a read. */
  events: number;
  relevantEvents: number;
  reconnects: number;
  heals: { changed: number; 'rolled-back': number; failed: number; refused: number };
  /** Hosts that were given up because they drifted again and again. */
  fights: number;
  reloads: { loaded: number; refused: number };
}

export function newCounters(): Counters {
  return {
    reads: 0,
    failedReads: 0,
    events: 0,
    relevantEvents: 0,
    reconnects: 0,
    heals: { changed: 0, 'rolled-back': 0, failed: 0, refused: 0 },
    fights: 0,
    reloads: { loaded: 0, refused: 0 },
  };
}

export interface HostFigures {
  readonly host: string;
  readonly status: WatchedStatus;
  readonly causes: Readonly<Record<Cause, number>>;
  /** Milliseconds since it was last read; undefined where it never was. */
  readonly ageMs: number | undefined;
  /** Told of changes as they happen, not only read at its interval. */
  readonly hearsEvents: boolean;
  /** Not healed any more. */
  readonly fights: boolean;
}

export interface Figures {
  readonly hosts: readonly HostFigures[];
  readonly counters: Counters;
  /** Absent where nothing is healed. */
  readonly healsLeft?: number;
}
