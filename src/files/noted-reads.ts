/**
 * Which files and folders was something made of, and are they still as they were? What the doors of files/ look at while
 * `notingReads` runs is written down, what is not there too; nothing is kept of what it says.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

/** By absolute path: what tells a file from a later version of it; a folder changes with the names in it. */
export type NotedReads = ReadonlyMap<string, string>;

const noting = new AsyncLocalStorage<Map<string, string>>();

export async function notingReads<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly reads: NotedReads }> {
  const reads = new Map<string, string>();
  const result = await noting.run(reads, work);
  return { result, reads };
}

/** To be called before a path is looked at, so that a change which comes while it is read is seen as one. */
export async function noteRead(path: string): Promise<void> {
  const reads = noting.getStore();
  if (!reads || reads.has(resolve(path))) return;
  const version = await versionOf(resolve(path));
  if (!reads.has(resolve(path))) reads.set(resolve(path), version);
}

/**
 * Looks every `everyMs`, and resolves when something has changed and is the same at two looks: an editor that still
 * writes is not caught in the middle. Resolves with the signal too.
 */
export async function untilChanged(
  reads: NotedReads,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const looks = new Looks([...reads.values()]);
  while (!signal.aborted) {
    await pause(everyMs, signal);
    if (looks.haveSettled(await Promise.all([...reads.keys()].map(versionOf)))) return;
  }
}

/** Versions of the same files, looked at again and again. */
export class Looks {
  #last: string | undefined;
  readonly #first: string;

  constructor(first: readonly string[]) {
    this.#first = first.join('\n');
  }

  /** Whether they are others than at first, and the same as at the look before. */
  haveSettled(versions: readonly string[]): boolean {
    const now = versions.join('\n');
    const isStill = now === this.#last;
    this.#last = now;
    return isStill && now !== this.#first;
  }
}

async function versionOf(path: string): Promise<string> {
  try {
    const { mtimeNs, ctimeNs, size, ino } = await stat(path, { bigint: true });
    return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((settle) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      settle();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
