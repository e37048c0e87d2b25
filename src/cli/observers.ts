/** Answers how those who look on at a run are told of it: nothing that goes wrong with one of them stops the run. */

export interface Observer<E> {
  tell(event: E): void;
}

/**
 * Tells them in this order. A fault of ours in one is said when it happens, once; hosts are being changed meanwhile, and
 * the others still have to hear of it.
 */
export function tellEach<E>(
  observers: readonly Observer<E>[],
  say: (text: string) => void,
): (event: E) => void {
  let said = false;
  return (event) => {
    for (const observer of observers) {
      try {
        observer.tell(event);
      } catch (error) {
        if (said) continue;
        said = true;
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        say(`tapfleet: a fault in tapfleet itself, please report it; the run goes on:\n${text}\n`);
      }
    }
  };
}
