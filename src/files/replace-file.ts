/**
 * The one door for files that a run writes: the whole text or the file as it was, never half of it. A reader that looks
 * at any moment, such as a collector of metrics, sees one or the other.
 */
import { randomBytes } from 'node:crypto';
import { access, constants, open, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Many programs take `-` for standard output; a file of that name is not what somebody meant. */
export const STDOUT_IS_NO_FILE = '"-" is standard output, not a file; "./-" is a file of that name';

/** Why the file could not be written as things are, or undefined; asked before a run begins. Writes nothing. */
export async function whyNotReplaceable(path: string): Promise<string | undefined> {
  if (path === '-') return STDOUT_IS_NO_FILE;
  const folder = dirname(path);
  try {
    if (!(await stat(folder)).isDirectory()) return `${folder} is not a directory`;
    // The file is replaced, not written into: it is the directory that must let us.
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? `there is no directory ${folder}` : `${folder}: ${codeOf(error)}`;
  }
  const found = await stat(path).catch(() => undefined);
  return found && !found.isFile() ? `${path} is not a regular file` : undefined;
}

/**
 * Replaces it by a rename in its own directory; a link stays, what it points at is replaced. `text`: whole, or its pieces.
 * Throws what fs throws.
 */
export async function replaceFile(path: string, text: string | Iterable<string>): Promise<void> {
  const target = await realpath(path).catch(() => path);
  // No ending that a collector looks for, and hidden.
  const temporary = join(dirname(target), `.tapfleet-${randomBytes(8).toString('hex')}.tmp`);
  const file = await open(temporary, 'wx');
  try {
    await writeFile(file, text).finally(() => file.close());
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
