/** Who may work now? So many at once, the others in the order they came. Knows nothing of hosts and reads no clock. */

/** A place among those at work; as a slot of a run, it can be given up while only waiting. */
export interface Turn {
  release(): void;
  /** Resolves when it is this one's turn again; at once where it still is. */
  take(): Promise<void>;
}

export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(atOnce: number) {
    this.#free = Math.max(1, atOnce);
  }

  async begin(): Promise<Turn> {
    let holds = false;
    const turn: Turn = {
      release: () => {
        if (!holds) return;
        holds = false;
        this.#free++;
        this.#fill();
      },
      take: () =>
        holds
          ? Promise.resolve()
          : new Promise((resolve) => {
              this.#waiting.push(() => {
                holds = true;
                resolve();
              });
              this.#fill();
            }),
    };
    await turn.take();
    return turn;
  }

  #fill(): void {
    while (this.#free > 0) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#free--;
      next();
    }
  }
}
