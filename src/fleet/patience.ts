/**
 * How long is a host waited for, and when is it tried again? Time left of a host's whole, pauses between attempts, slots
 * that those who only wait give up. Knows no connection and no command.
 */
import { HostTrouble } from '../remote/connection.ts';
import { type Retrying, tryAgain } from '../remote/try-again.ts';
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

/** As often as `options` say, within the host's time. The slot is free during the pauses. */
export function persistently<T>(
  slot: Slot,
  deadline: Deadline,
  options: Retrying,
  work: () => Promise<T>,
): Promise<T> {
  const { leftMs } = deadline;
  return tryAgain({ ...options, leftMs, before: () => slot.release(), after: () => slot.take() }, work);
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
