/**
 * A file that is written beside a run. Hosts are being changed meanwhile, so a full disk ends neither the run nor its report:
 * it is said once, and nothing more is written.
 */
import type { LineFile } from '../files/line-file.ts';

export class SideFile {
  readonly #file: LineFile;
  readonly #failed: (why: string) => void;
  #whole = true;

  /** `failed` is called once at most, with a word for why. */
  constructor(file: LineFile, failed: (why: string) => void) {
    this.#file = file;
    this.#failed = failed;
  }

  /** Everything that was to be in it is. */
  get whole(): boolean {
    return this.#whole;
  }

  append(line: string): void {
    if (this.#whole) this.#try(() => this.#file.append(line));
  }

  close(): void {
    this.#try(() => this.#file.close());
  }

  #try(write: () => void): void {
    try {
      write();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A fault of ours, and not the system's answer.
      if (code === undefined) throw error;
      if (this.#whole) {
        this.#whole = false;
        this.#failed(code);
      }
    }
  }
}
