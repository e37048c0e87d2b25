/**
 * The one door to the folder of run records: one file a run, named by the run. Makes a new one, lists them, reads one; what
 * a line means is record/'s.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LineFile } from './line-file.ts';

const SUFFIX = '.jsonl';
const NAME = /^\d{8}-\d{9}-[0-9a-f]{6}$/;

/** `20261125-044512078-3fa9c1`: names in the order of time, to the millisecond. */
export function newRunName(now: Date): string {
  const [day = '', time = ''] = now.toISOString().split('T');
  return `${day.replaceAll('-', '')}-${time.replace(/[:.Z]/g, '')}-${randomBytes(3).toString('hex')}`;
}

/** Makes the folder where it is missing. Throws where that, or the file, cannot be. Only its owner may read it. */
export function createRecord(folder: string, run: string): LineFile {
  makeFolder(folder);
  return new LineFile(join(folder, run + SUFFIX), 'new');
}

/** Not node's own `recursive`: under /proc, where no folder can be made, that tries for ever (seen with node 20.20). */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && parent !== folder && !isFolder(parent)) {
      makeFolder(parent);
      makeFolder(folder);
    } else if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Runs of the folder, the last first; none where there is no folder. Throws where it cannot be read. */
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
