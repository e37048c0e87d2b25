/**
 * Ctrl-C and SIGTERM: the first lets the hosts at work finish and starts no other; the second ends the process at once.
 * A run that was interrupted exits 130.
 */

export interface Interrupt {
  /** Aborted by the first signal. */
  readonly stop: AbortSignal;
  readonly interrupted: boolean;
  /** Gives the signals back to the process. */
  release(): void;
}

export function watchInterrupts(note: (text: string) => void): Interrupt {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted && signal === 'SIGINT') process.exit(130);
    note('\ninterrupted: the hosts at work are finished, no other is started (again to stop at once)\n');
    controller.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    stop: controller.signal,
    get interrupted() {
      return controller.signal.aborted;
    },
    release() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}
