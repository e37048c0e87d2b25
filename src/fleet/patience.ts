/**
 * How long is a host waited for, and when is it tried again? Time left of a host's whole, pauses between attempts, slots
 * that those who only wait give up. Knows no connection and no command.
 */
import { HostTrouble } from '../remote/connection.ts';
import type { Slot } from './schedule.ts';

/** The end of what one host may take, from its first attempt to its last word. */
export interface Deadline {
  /** Milliseconds left, never below 0; Infinity where a host may take as long as its parts do. */
  leftMs(): number;
}

/** `hostTimeoutMs` undefined: no end. */
export function deadlineIn(
  hostTimeoutMs: number | undefined,
  now: () => number = () => performance.now(),
): Deadline {
  if (hostTimeoutMs === undefined) return { leftMs: () => Number.POSITIVE_INFINITY };
  const end = now() + hostTimeoutMs;
  return { leftMs: () => Math.max(0, end - now()) };
}

export function pastDeadline(hostTimeoutMs: number): HostTrouble {
  const message = `the host was not finished within ${hostTimeoutMs / 1000} s (--host-timeout)`;
  return new HostTrouble({ kind: 'timeout', message });
}

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

/** Tries until it succeeds, fails for good, or has failed too often. The slot is free during the pauses. */
export async function persistently<T>(
  slot: Slot,
  deadline: Deadline,
  { retries = 0, stop, retrying, random }: Retrying,
  work: () => Promise<T>,
): Promise<T> {
  let last: HostTrouble | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HostTrouble)) throw error;
      // What is known of the host says more than that nobody waited for it any longer.
      if (last && error.problem.kind === 'interrupted') throw triedOften(last, attempt - 1);
      const pause = pauseMs(attempt + 1, random);
      if (!error.transient || attempt > retries || stop?.aborted || pause >= deadline.leftMs()) {
        throw triedOften(error, attempt);
      }
      last = error;
      retrying?.(error, attempt + 1);
      slot.release();
      await sleep(pause, stop);
      if (stop?.aborted) throw triedOften(error, attempt);
      await slot.take();
    }
  }
}

/** Gives the slot up where `work` takes longer than `ms`, and takes one again before it goes on. */
export async function patiently<T>(slot: Slot, ms: number, work: Promise<T>): Promise<T> {
  const patience = new Patience(slot, ms);
  try {
    return await work;
  } finally {
    await patience.end();
  }
}

/** Waiting that holds its slot for so long, and no longer. */
export class Patience {
  #lost = false;
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly slot: Slot,
    ms: number,
  ) {
    this.#timer = setTimeout(() => {
      this.#lost = true;
      slot.release();
    }, ms);
  }

  /** What was waited for is there. Whether the slot is still held: then it stays so. */
  heard(): boolean {
    clearTimeout(this.#timer);
    return !this.#lost;
  }

  /** With a slot again. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    await this.slot.take();
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
