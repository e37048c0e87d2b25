/**
 * What ends a watch, and what makes it load its files again. SIGTERM is how service managers end what is well: exit 0. Ctrl-C
 * is an interruption: 130. SIGHUP loads again. Nobody who reads is an end too.
 */
import type { WatchFiles } from './watch-files.ts';

export class WatchSignals {
  readonly #end = new AbortController();
  #code: 0 | 130 = 0;
  #isAsked = false;
  #wake = () => {};

  constructor() {
    process.on('SIGINT', this.#onEnd).on('SIGTERM', this.#onEnd).on('SIGHUP', this.#onReload);
    process.stdout.on('error', this.#onClosed);
  }

  /** Aborted when it is to end. */
  get ended(): AbortSignal {
    return this.#end.signal;
  }

  /** The process's exit code. */
  get code(): 0 | 130 {
    return this.#code;
  }

  /** `asked`: by SIGHUP; `changed`: files that were loaded are others now. */
  async next(files: WatchFiles): Promise<'end' | 'asked' | 'changed'> {
    const waiting = new AbortController();
    this.#wake = () => waiting.abort();
    if (!this.#isAsked && !this.ended.aborted) await files.changed(waiting.signal);
    this.#wake = () => {};
    if (this.ended.aborted) return 'end';
    if (!this.#isAsked) return 'changed';
    this.#isAsked = false;
    return 'asked';
  }

  release(): void {
    process.off('SIGINT', this.#onEnd).off('SIGTERM', this.#onEnd).off('SIGHUP', this.#onReload);
    process.stdout.off('error', this.#onClosed);
  }

  readonly #onEnd = (signal: NodeJS.Signals): void => {
    // The second time nothing is waited for: a host takes back what was not confirmed.
    if (this.ended.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    if (signal === 'SIGINT') this.#code = 130;
    this.#stop();
  };

  readonly #onReload = (): void => {
    this.#isAsked = true;
    this.#wake();
  };

  readonly #onClosed = (): void => this.#stop();

  #stop(): void {
    this.#end.abort();
    this.#wake();
  }
}
