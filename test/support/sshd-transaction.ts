/** Is a transaction under way on a host of a test fleet? Told from its folder in /run, which is the machine's. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Longer than any dead-man switch that a test lets run out, shorter than the one nobody asked for. */
const PATIENCE_MS = 15_000;

export function transactionFolders(netns: string): string[] {
  const mine = `tapfleet-${statSync(`/run/netns/${netns}`).ino}`;
  return readdirSync('/run').filter((name) => name === mine || name.startsWith(`${mine}.`));
}

export async function transactionEnd(netns: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = transactionFolders(netns);
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`a transaction does not end on ${netns}: ${left.join(', ')}`);
    await wait(20);
  }
}

/**
 * Takes away what a transaction that was ended in its middle has left, so that the next namespace with the same inode
 * number does not begin with it. Call it when nothing runs in the namespace any more.
 */
export function removeTransactions(netns: string): void {
  for (const name of transactionFolders(netns)) rmSync(join('/run', name), { recursive: true, force: true });
}
