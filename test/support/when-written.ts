/** When has a program written something into a file of this folder? Told by the kernel (inotify), not by looking again. */
import { mkdirSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Resolves when some file of the folder holds the words; the folder is made where it is missing. */
export function whenWritten(folder: string, words: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  return new Promise((resolve) => {
    const look = () => {
      const found = readdirSync(folder, { withFileTypes: true }).some(
        (entry) => entry.isFile() && readFileSync(join(folder, entry.name), 'utf8').includes(words),
      );
      if (!found) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    look();
  });
}
