/** Ends a program that leads a process group of its own (`detached`), and all it started that is still of the group. */
import type { ChildProcess } from 'node:child_process';

/** Nothing where it never began, is gone, or has become another user's. */
export function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone by itself, or another user's since sudo let it in.
  }
}
