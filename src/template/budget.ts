/**
 * How much may a template do? Work and memory are counted where they are used, so that a hostile one ends with a message
 * before it takes a moment's time or more memory than an honest one needs. Reads no clock but that of a deadline.
 */

/** Nodes, items, and 16 or 64 characters at a time. */
const WORK = 200_000;
/** Characters and items that a template makes, all together. */
const ROOM = 4_000_000;
/** Work between two looks at the clock. */
const LOOK = 1024;

/** A template cannot be evaluated; `message` says why without a value. */
export class TemplateFailure extends Error {}

/** It uses what is not there. */
export class Undefined extends TemplateFailure {
  /** `name`: of the variable, where it is one that is missing. */
  constructor(
    readonly what: string,
    readonly variable?: string,
  ) {
    super(`${what} is undefined`);
  }
}

/** It computes too long, or makes too much. */
export class TooMuch extends TemplateFailure {}

/** All templates under a deadline were stopped. */
export class OutOfTime extends Error {}

let ends = Number.POSITIVE_INFINITY;
let limit = 0;

/** Runs `work`, whose templates must be done after `timeoutMs`. Throws OutOfTime where they are not. */
export function withDeadline<T>(timeoutMs: number, work: () => T): T {
  const [outerEnds, outerLimit] = [ends, limit];
  ends = Math.min(ends, performance.now() + timeoutMs);
  limit = ends === outerEnds ? outerLimit : timeoutMs;
  try {
    return work();
  } finally {
    [ends, limit] = [outerEnds, outerLimit];
  }
}

/** Of one rendering. */
export class Budget {
  #work = WORK;
  #room = ROOM;
  #next = WORK - LOOK;

  spend(work: number): void {
    this.#work -= work;
    if (this.#work > this.#next) return;
    this.#next = this.#work - LOOK;
    if (this.#work < 0) throw new TooMuch('computes too long and was stopped');
    if (performance.now() > ends) {
      throw new OutOfTime(`templates ran longer than ${limit / 1000} s and were stopped`);
    }
  }

  /** For going over a value once: a text is searched, the keys of a map are counted. */
  look(value: unknown): void {
    if (typeof value === 'string') this.spend(value.length / 64);
    else if (Array.isArray(value)) this.spend(value.length / 64);
    else if (value !== null && typeof value === 'object') this.spend(Object.keys(value).length / 16);
  }

  /** For characters or items that are about to be made. */
  take(size: number): void {
    this.#room -= size;
    if (!(this.#room >= 0))
      throw new TooMuch('makes more than 4 million characters or items and was stopped');
    this.spend(size / 64);
  }
}
