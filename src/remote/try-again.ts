/**
 * What may pass by itself is tried again, after pauses that grow and of which half is chance: a host, and a bastion that
 * many hosts share.
 */
import { HostTrouble } from './connection.ts';

export interface Retrying {
  /** Attempts after the first, for what may pass by itself. Default 0. */
  readonly retries?: number | undefined;
  /** After it nothing is tried again. */
  readonly stop?: AbortSignal | undefined;
  /** Told before each further attempt, counted from 2. */
  readonly retrying?: (trouble: HostTrouble, attempt: number) => void;
  /** For tests: 0 up to 1. */
  readonly random?: () => number;
}

export interface Pausing extends Retrying {
  /** Milliseconds left for all of it: a pause that would take them is not made. Default: no end. */
  readonly leftMs?: () => number;
  /** What is to be done before a pause, and after one that was not ended by `stop`. */
  readonly before?: () => void;
  readonly after?: () => Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Milliseconds before attempt `attempt` (2 for the first retry): doubled each time, and between half and all of it, so
 * that hosts that one switch dropped together do not come back together.
 */
export function pauseMs(attempt: number, random: () => number = Math.random): number {
  const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 2));
  return most * (0.5 + random() / 2);
}

/** Tries until it succeeds, fails for good, or has failed too often. Throws the last trouble, with the number of attempts. */
export async function tryAgain<T>(options: Pausing, work: () => Promise<T>): Promise<T> {
  const { retries = 0, stop, retrying, random, leftMs, before, after } = options;
  let last: HostTrouble | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HostTrouble)) throw error;
      // What is known of the host says more than that nobody waited for it any longer.
      if (last && error.problem.kind === 'interrupted') throw triedOften(last, attempt - 1);
      const pause = pauseMs(attempt + 1, random);
      const isLate = leftMs !== undefined && pause >= leftMs();
      if (!error.transient || attempt > retries || stop?.aborted || isLate) throw triedOften(error, attempt);
      last = error;
      retrying?.(error, attempt + 1);
      before?.();
      await sleep(pause, stop);
      if (stop?.aborted) throw triedOften(error, attempt);
      await after?.();
    }
  }
}

function triedOften(error: HostTrouble, attempts: number): HostTrouble {
  if (attempts === 1) return error;
  const { problem } = error;
  return new HostTrouble({ ...problem, message: `${problem.message} (tried ${attempts} times)` });
}

/** Ends early with the signal. */
function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}
