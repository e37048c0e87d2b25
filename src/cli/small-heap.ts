/** How much garbage may wait beside what is kept? Sets a flag of V8 and nothing else. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8 lets a heap grow to several times what lives in it before it collects; with what 10,000 hosts leave that was 305 MB
 * at the most, and 205 MB with a bound of 30 % (node 20, `npm run bench -- scale`). Only what is allocated after it
 * heeds it, so it is to be called first; threads heed it too.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=50');
}
