/** How many files may this process have open? The one door to its limits. */
import { readFileSync } from 'node:fs';

/** What Linux and the BSDs give where nobody says more. */
const USUAL_LIMIT = 1024;

/**
 * The soft limit of RLIMIT_NOFILE from /proc/self/limits (proc(5)); node raises it to the hard one when it starts. Where
 * there is no /proc, the usual one.
 */
export function openFilesLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const soft = /^Max open files +(\d+|unlimited)/m.exec(limits)?.[1];
    if (soft === 'unlimited') return Number.POSITIVE_INFINITY;
    return soft === undefined ? USUAL_LIMIT : Number(soft);
  } catch {
    return USUAL_LIMIT;
  }
}
