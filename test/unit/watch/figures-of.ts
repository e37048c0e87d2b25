/** The figures of one host of a watch, well but for what a test says. */
import type { HostFigures } from '../../../src/watch/figures.ts';

export const figuresOf = (host: string, more: Partial<HostFigures> = {}): HostFigures => ({
  host,
  status: 'in-sync',
  causes: { drift: 0, pending: 0, both: 0 },
  ageMs: 1_500,
  hearsEvents: true,
  fights: false,
  ...more,
});
