/** Sleeping until a time that may move, and being woken before it. */

/** What node's timers can wait (a longer time is none at all): 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

export class Alarm {
  #at = Number.NEGATIVE_INFINITY;
  #wake = () => {};

  /** `now`: milliseconds that only go forward. */
  constructor(private readonly now: () => number) {}

  /** Ends whatever sleep is under way; it is then judged anew. */
  wake(): void {
    this.#wake();
  }

  /** Wakes who would otherwise sleep past this time. Cheap where nobody would: it is called for every event of a flood. */
  wakeBy(at: number): void {
    if (at < this.#at) this.#wake();
  }

  /** Resolves at the time that `due` gives when it comes, or as soon as `isOver` holds. */
  async until(due: () => number, isOver: () => boolean): Promise<void> {
    for (let at = due(); at > this.now() && !isOver(); at = due()) await this.#sleep(at);
  }

  /** Resolves after so many milliseconds, or when it is woken. */
  async pause(ms: number, isOver: () => boolean): Promise<void> {
    if (!isOver()) await this.#sleep(this.now() + ms);
  }

  #sleep(at: number): Promise<void> {
    this.#at = at;
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#at = Number.NEGATIVE_INFINITY;
        this.#wake = () => {};
        resolve();
      };
      // Too early is a sleep more, for `until` looks again.
      const timer = setTimeout(done, Math.min(Math.ceil(at - this.now()), LONGEST_MS));
      this.#wake = done;
    });
  }
}
