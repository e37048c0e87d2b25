/**
 * When is a host read next? At its interval, and soon after an event: late enough that what comes together is read
 * together, early enough that a flood of events does not put it off, and seldom enough that it does no harm. Pure: is
 * told the time, in milliseconds of any clock that only goes forward.
 */

/** After the last event; tools that change a link in steps leave less than this between them. */
export const SETTLE_MS = 150;
/** After the first event, however many follow. */
export const LONGEST_SETTLE_MS = 500;
/** Reads because of events that may follow each other at once, and how long each takes to be due again. */
export const BURST = 3;
export const REFILL_MS = 1_000;
/** An interval is a tenth shorter or longer, so that hosts that were read together drift apart. */
const JITTER = 0.1;

export type ReadCause = 'event' | 'interval';

export interface PaceOptions {
  readonly intervalMs: number;
  /** 0 up to 1. */
  readonly random: () => number;
}

export class Pace {
  readonly #options: PaceOptions;
  #firstEvent: number | undefined;
  #lastEvent = 0;
  /** Reads because of events that may be made, as of `#countedAt`. */
  #credit = BURST;
  #countedAt = 0;
  #next = 0;
  #isSpread = false;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  event(now: number): void {
    this.#firstEvent ??= now;
    this.#lastEvent = now;
  }

  /** When the next read is due, and why; moves when events come. */
  get due(): { readonly at: number; readonly cause: ReadCause } {
    if (this.#firstEvent === undefined) return { at: this.#next, cause: 'interval' };
    const settled = Math.min(this.#lastEvent + SETTLE_MS, this.#firstEvent + LONGEST_SETTLE_MS);
    const allowed = this.#credit >= 1 ? settled : this.#countedAt + (1 - this.#credit) * REFILL_MS;
    const at = Math.max(settled, allowed);
    return at < this.#next ? { at, cause: 'event' } : { at: this.#next, cause: 'interval' };
  }

  /** A read begins: what comes from now on is for the next one. */
  began(now: number): void {
    const { cause } = this.due;
    this.#firstEvent = undefined;
    this.#credit = Math.min(BURST, this.#credit + (now - this.#countedAt) / REFILL_MS);
    this.#countedAt = now;
    if (cause === 'event') this.#credit = Math.max(0, this.#credit - 1);
  }

  /** A read has ended. The first interval is cut short by chance: hosts that began together are spread over it. */
  ended(now: number): void {
    const { intervalMs, random } = this.#options;
    const part = this.#isSpread ? 1 - JITTER + 2 * JITTER * random() : JITTER + (1 - JITTER) * random();
    this.#isSpread = true;
    this.#next = now + intervalMs * part;
  }

  /** Asked for: the next read is due now. */
  hurry(now: number): void {
    this.#next = now;
  }
}
