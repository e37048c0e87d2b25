/** How long until a host that could not be reached is tried again? Pure. */
import type { ProblemKind } from '../model/problem.ts';

const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;
/** A password or a key that was refused is refused again, and some hosts lock accounts for it. */
const REFUSED_MS = 600_000;
const REFUSED: ReadonlySet<ProblemKind> = new Set(['authentication', 'privilege']);

/**
 * Milliseconds after so many failures in a row (from 1): 1–2 s, doubling up to 30–60 s; a login that was refused
 * 5–10 minutes. By chance between half and all of it, so that hosts that one switch dropped do not come back together.
 */
export function reconnectPauseMs(failures: number, kind: ProblemKind, random: () => number): number {
  const most = REFUSED.has(kind)
    ? REFUSED_MS
    : Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return most * (0.5 + random() / 2);
}
