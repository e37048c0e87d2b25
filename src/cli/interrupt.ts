/**
 * Ctrl-C and SIGTERM: the first lets the hosts at work finish and starts no other; the second ends the process at once.
 * A run that was interrupted exits 130.
 */

export interface Interrupt {
  /** Aborted by the first signal. */
  readonly stop: AbortSignal;
  readonly interrupted: boolean;
  /** As the first signal does: for Ctrl-C at a question, which comes as a key. */
  interrupt(): void;
  /** Gives the signals back to the process. */
  release(): void;
}

/** `timeout` and `npm` send one signal twice, to the process and to its group. */
const SAME_MS = 100;

export function watchInterrupts(
  note: (text: string) => void,
  now: () => number = () => performance.now(),
): Interrupt {
  const controller = new AbortController();
  let first = 0;
  const interrupt = () => {
    if (controller.signal.aborted) return;
    first = now();
    note('\ninterrupted: the hosts at work are finished, no other is started (again to stop at once)\n');
    controller.abort();
  };
  const onSignal = () => {
    if (controller.signal.aborted && now() - first > SAME_MS) process.exit(130);
    interrupt();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    stop: controller.signal,
    get interrupted() {
      return controller.signal.aborted;
    },
    interrupt,
    release() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}
