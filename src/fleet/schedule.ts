/**
 * Which item is worked on when? Slots for those at work, lanes for those that must not be at work together, and a bound
 * on all that are under way. Knows nothing of hosts and reads no clock.
 */

/** The place an item has among those at work. What only waits gives it up, and takes one again before it goes on. */
export interface Slot {
  release(): void;
  /** Resolves when there is a slot again; at once where this item still has its own. */
  take(): Promise<void>;
}

/** At most `limit` items with the same `key` are under way at once, waiting ones included. */
export interface Lane {
  readonly key: string;
  readonly limit: number;
}

export interface ScheduleOptions<T> {
  /** Items at work at once; at least 1. */
  readonly slots: number;
  /** Items begun and not finished at once, those without a slot too: each may hold descriptors. At least `slots`. */
  readonly open?: number;
  readonly laneOf?: (item: T) => Lane | undefined;
}

/** Works on every item, begun in order but for full lanes; resolves with the results in the order of the items. */
export function schedule<T, R>(
  items: readonly T[],
  options: ScheduleOptions<T>,
  work: (item: T, slot: Slot) => Promise<R>,
): Promise<R[]> {
  return new Promise((resolve, reject) => {
    if (items.length === 0) return resolve([]);
    new Schedule(items, options, work, resolve, reject).fill();
  });
}

interface LaneState {
  used: number;
  readonly limit: number;
  /** Items that were passed over, in order. */
  readonly waiting: number[];
}

class Schedule<T, R> {
  readonly #results: R[] = [];
  readonly #lanes = new Map<string, LaneState>();
  /** Begun before what comes next in order: their lane was full when it was their turn. */
  readonly #freed: number[] = [];
  /** Those that gave their slot up and want one again; they go before new ones. */
  readonly #returning: (() => void)[] = [];
  #next = 0;
  #free: number;
  #open = 0;
  #finished = 0;

  constructor(
    private readonly items: readonly T[],
    private readonly options: ScheduleOptions<T>,
    private readonly work: (item: T, slot: Slot) => Promise<R>,
    private readonly resolve: (results: R[]) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    this.#free = Math.max(1, options.slots);
  }

  /** Gives free slots away. */
  fill(): void {
    const most = Math.max(this.options.open ?? Number.POSITIVE_INFINITY, 1);
    for (;;) {
      if (this.#free === 0) return;
      const back = this.#returning.shift();
      if (back) {
        this.#free--;
        back();
        continue;
      }
      if (this.#open >= most) return;
      const index = this.#choose();
      if (index === undefined) return;
      this.#begin(index);
    }
  }

  /** The next item whose lane has room; those it passes over wait in their lanes. */
  #choose(): number | undefined {
    const freed = this.#freed.shift();
    if (freed !== undefined) return freed;
    while (this.#next < this.items.length) {
      const index = this.#next++;
      const lane = this.#laneOf(index);
      if (!lane || lane.used < lane.limit) return index;
      lane.waiting.push(index);
    }
    return undefined;
  }

  #laneOf(index: number): LaneState | undefined {
    const lane = this.options.laneOf?.(this.items[index] as T);
    if (!lane) return undefined;
    const state = this.#lanes.get(lane.key) ?? { used: 0, limit: Math.max(1, lane.limit), waiting: [] };
    this.#lanes.set(lane.key, state);
    return state;
  }

  #begin(index: number): void {
    const lane = this.#laneOf(index);
    if (lane) lane.used++;
    this.#open++;
    this.#free--;
    let holds = true;
    let isOver = false;
    let waiting: (() => void) | undefined;
    const slot: Slot = {
      release: () => {
        if (!holds || isOver) return;
        holds = false;
        this.#free++;
        this.fill();
      },
      take: () =>
        holds
          ? Promise.resolve()
          : new Promise((resolve) => {
              waiting = () => {
                holds = true;
                waiting = undefined;
                resolve();
              };
              this.#returning.push(waiting);
              this.fill();
            }),
    };
    const ended = (settle: () => void) => {
      this.#open--;
      if (holds) this.#free++;
      holds = true;
      isOver = true;
      // Whoever worked on it has died: nobody would give back the slot that it waits for.
      if (waiting) this.#returning.splice(this.#returning.indexOf(waiting), 1);
      if (lane) {
        lane.used--;
        const waiting = lane.waiting.shift();
        if (waiting !== undefined) this.#freed.push(waiting);
      }
      settle();
    };
    this.work(this.items[index] as T, slot).then(
      (result) =>
        ended(() => {
          this.#results[index] = result;
          this.#finished++;
          if (this.#finished === this.items.length) this.resolve(this.#results);
          else this.fill();
        }),
      (error) => ended(() => this.reject(error)),
    );
  }
}
