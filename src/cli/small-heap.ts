/** How much memory may a process that goes on for months keep for itself? */
import { setFlagsFromString } from 'node:v8';

/**
 * Told at the start of a process that waits far more than it works. On its own V8 lets garbage pile up to several times what
 * is alive before it looks: 500 hosts that are watched then take more than twice the memory. The collector asks for this
 * setting each time it decides how far the heap may grow, so it may come after the start; it holds back nothing else.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size');
}
