/** A roll-out as tests need it: all hosts at once, in order, with no budget, and the rest as the test says. */
import type { Rollout } from '../../src/model/rollout.ts';

export function rollout(hosts: readonly string[], some: Partial<Rollout> = {}): Rollout {
  return {
    title: 'the play "taps"',
    hosts,
    order: 'inventory',
    serial: [],
    maxFailPercentage: undefined,
    anyErrorsFatal: false,
    throttle: undefined,
    ...some,
  };
}
