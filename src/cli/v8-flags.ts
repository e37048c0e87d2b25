/** What may V8 spend on itself: memory, and work that pays only later? Sets flags of V8 and nothing else. */
import { setFlagsFromString } from 'node:v8';

/**
 * At the start of every command, before the program is read: what V8 compiled at build time it takes only where it is told
 * the same.
 */
export function setStartFlags(): void {
  boundGarbage();
  makeRoom();
  optimizeLate();
}

/**
 * Much of a run is start-up, and what follows is done once a host: V8's optimiser, told by
 * its own measure, takes a seventh of the processor time of 100 hosts planned (node 20), and seldom earns it back. With
 * four times that measure it takes a fiftieth, and what thousands of hosts need is still optimised soon: with fifteen times
 * 5,000 hosts were validated a fifth slower than by V8's own measure, with four times a twentieth.
 */
function optimizeLate(): void {
  setFlagsFromString('--interrupt-budget=250000');
}

/**
 * What is new has 1 MB at first, and a start-up makes more than that: with room that grows
 * fourfold at a time V8 looks through it half as often.
 */
function makeRoom(): void {
  setFlagsFromString('--semi-space-growth-factor=4');
}

/**
 * V8 lets a heap grow to several times what lives in it before it collects; with what
 * 10,000 hosts leave that was 305 MB at the most, and with this bound 205 to 230 MB (node 20, `npm run bench -- scale`).
 * Heaps that have grown before do not heed it, the threads' do.
 */
function boundGarbage(): void {
  setFlagsFromString('--heap-growing-percent=50');
}

/**
 * Told at the start of a process that waits far more than it works. On its own V8 lets garbage pile up to several times what
 * is alive before it looks: 500 hosts that are watched then take more than twice the memory. The collector asks for this
 * setting each time it decides how far the heap may grow, so it may come after the start; it holds back nothing else.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size');
}
