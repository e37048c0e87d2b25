/** A file that a run adds lines to while it goes on. A line is in it whole or not at all. */
import { closeSync, fstatSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';

export class LineFile {
  readonly path: string;
  readonly #descriptor: number;

  /** Only its owner may read it. `new`: it must not be there yet. Throws where it cannot be opened. */
  constructor(path: string, how: 'new' | 'add') {
    this.path = path;
    this.#descriptor = openSync(path, how === 'new' ? 'ax' : 'a', 0o600);
  }

  /** With the system before it returns. Throws where it cannot be written. */
  append(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    let written = 0;
    try {
      // A disk that is nearly full takes a part, and says so only when it is asked again.
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      if (written > 0) this.#takeBack(written);
      throw error;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** To be closed all the same. */
  remove(): void {
    unlinkSync(this.path);
  }

  #takeBack(bytes: number): void {
    try {
      const found = fstatSync(this.#descriptor);
      if (found.isFile()) ftruncateSync(this.#descriptor, found.size - bytes);
    } catch {
      // Half a line stays: the failure that led here is the one to tell of.
    }
  }
}
