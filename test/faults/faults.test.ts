/**
 * Is nothing lost, wherever a transaction breaks? Every scene is broken by every fault at chosen steps, on real
 * namespaces; `TAPFLEET_FAULTS=500` makes that many runs, `TAPFLEET_SEED` repeats those of an earlier time.
 */
import { expect, it } from 'vitest';
import { FAULTS, type FaultCase, FaultRun } from '../support/fault-run.ts';
import { SCENES } from '../support/fault-scenes.ts';
import { describeWith } from '../support/needs.ts';

const RUNS = Number(process.env.TAPFLEET_FAULTS ?? 40);
const SEED = Number(process.env.TAPFLEET_SEED ?? Date.now() % 1_000_000);
/** Most of a run is waiting for a timer of the host. */
const AT_ONCE = Number(process.env.TAPFLEET_FAULTS_AT_ONCE ?? 6);
const MAX_STEP = 34;

describeWith(['root', 'macvtap', 'ip'], 'a transaction that is broken', () => {
  it(
    `ends in the old state or the new one, ${RUNS} times (TAPFLEET_SEED=${SEED})`,
    async () => {
      const due = casesOf(RUNS, SEED);
      const failed: string[] = [];
      const ends = { old: 0, new: 0 };
      const started = Date.now();
      const work = async () => {
        for (let one = due.shift(); one; one = due.shift()) {
          try {
            ends[await FaultRun.judge(one)]++;
          } catch (error) {
            const at = `${one.scene.title}, ${one.fault} at ${one.at}, moment ${one.moment.toFixed(2)}`;
            failed.push(`${at}: ${(error as Error).message}`);
          }
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      const seconds = ((Date.now() - started) / 1000).toFixed(0);
      process.stdout.write(
        `faults: ${RUNS} runs in ${seconds} s, seed ${SEED}: ${ends.old} old, ${ends.new} new, ${failed.length} failed\n`,
      );
      expect(failed).toEqual([]);
    },
    60_000 + RUNS * 3_000,
  );
});

/** Every fault of every scene in turn, so that few runs already meet all faults; steps and moments by the seed. */
function casesOf(count: number, seed: number): FaultCase[] {
  const random = randomOf(seed);
  const only = process.env.TAPFLEET_FAULT;
  const faults = FAULTS.filter((fault) => only === undefined || fault === only);
  const turn = Math.floor(random() * SCENES.length);
  return Array.from({ length: count }, (_, n) => {
    const scene = SCENES[(n + turn + Math.floor(n / faults.length)) % SCENES.length];
    const fault = faults[n % faults.length];
    if (!scene || !fault) throw new Error('no such case');
    return { scene, fault, at: Math.floor(random() * MAX_STEP), moment: random() };
  });
}

/** mulberry32: small, and the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
