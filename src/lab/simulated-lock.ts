/**
 * One transaction a simulated host at a time, as src/host/lock-program.ts has it: who waits for another's, for how long,
 * and what is taken back of one that nobody confirmed in its time.
 */
import type { SimulatedKernel } from '../simulation/kernel.ts';

/** What a host remembers between the programs: the transaction that waits for its confirmation. */
export interface PendingTransaction {
  readonly nonce: string;
  readonly before: SimulatedKernel;
  readonly who: string;
  /** By the clock of `Date`. */
  readonly sinceMs: number;
  readonly dueMs: number;
}

export interface LockedState {
  kernel: SimulatedKernel;
  pending?: PendingTransaction | undefined;
  /** Who waits for the end of what is pending. */
  waiting?: Set<() => void>;
}

/** What a transaction program says of itself in its first lines. */
export function termsOf(program: string): {
  readonly confirmS: number;
  readonly lockS: number;
  readonly who: string;
} {
  const [, confirm, lock, who = ''] = /^CONFIRM=(\d+); LOCK_TIMEOUT=(\d+); WHO='(.*)'$/m.exec(program) ?? [];
  return { confirmS: Number(confirm ?? 0), lockS: Number(lock ?? 0), who };
}

/** Calls `go` when no transaction is in the way of this program any more, or it would wait no longer. */
export function inTurn(state: LockedState, program: string, go: () => void): void {
  const endMs = Date.now() + termsOf(program).lockS * 1000;
  state.waiting ??= new Set();
  const { waiting } = state;
  const look = () => {
    const now = Date.now();
    const { pending } = state;
    if (!pending || now >= Math.min(endMs, pending.dueMs)) return go();
    const again = () => {
      clearTimeout(timer);
      waiting.delete(again);
      look();
    };
    const timer = setTimeout(again, Math.min(endMs, pending.dueMs) - now);
    waiting.add(again);
  };
  look();
}

/** Whether another's transaction stands in the way; one whose time is up is taken back. */
export function isLocked(state: LockedState): boolean {
  const { pending } = state;
  if (!pending) return false;
  if (Date.now() < pending.dueMs) return true;
  Object.assign(state, { kernel: pending.before, pending: undefined });
  return false;
}

/** Decided: whoever waits is next. */
export function unlock(state: LockedState): void {
  state.pending = undefined;
  for (const next of [...(state.waiting ?? [])]) next();
}

/** Section `locked`, as the shell says it; nobody reads its numbers of processes. */
export function lockedText({ who, sinceMs }: PendingTransaction): string {
  return `0 0 0 ${Math.floor(sinceMs / 1000)} ${who}\n`;
}
