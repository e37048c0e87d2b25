/**
 * The one door to the folder of run records: one file a run, named by the run. Writes lines as they come, finds the last
 * run, lists them all; what a line means is record/'s.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RecordLine } from '../model/run-record.ts';

const SUFFIX = '.jsonl';
const NAME = /^\d{8}-\d{9}-[0-9a-f]{6}$/;

/** `20261125-044512078-3fa9c1`: names in the order of time, to the millisecond. */
export function newRunName(now: Date): string {
  const [day = '', time = ''] = now.toISOString().split('T');
  return `${day.replaceAll('-', '')}-${time.replace(/[:.Z]/g, '')}-${randomBytes(3).toString('hex')}`;
}

export class RecordFile {
  readonly path: string;
  readonly #descriptor: number;

  /** Makes the folder where it is missing. Throws where that, or the file, cannot be. Only its owner may read it. */
  constructor(folder: string, run: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.path = join(folder, run + SUFFIX);
    this.#descriptor = openSync(this.path, 'ax', 0o600);
  }

  /** `mask` takes secrets out of the text. On the disk before it returns, as far as this process can say. */
  append(line: RecordLine, mask: (text: string) => string): void {
    writeSync(this.#descriptor, `${mask(JSON.stringify(line))}\n`);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Runs of the folder, the last first; none where there is no folder. */
export function listRuns(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
    return names
      .map((name) => basename(name, SUFFIX))
      .filter((name) => NAME.test(name))
      .sort()
      .reverse();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** The text of a run of the folder, and its path. Throws where it cannot be read. */
export function readRun(folder: string, run: string): { readonly path: string; readonly text: string } {
  const path = NAME.test(run) ? join(folder, run + SUFFIX) : run;
  return { path, text: readFileSync(path, 'utf8') };
}
