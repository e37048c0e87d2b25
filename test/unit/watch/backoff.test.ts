/** How long until a host that could not be reached is tried again? */
import { expect, test } from 'vitest';
import { reconnectPauseMs } from '../../../src/watch/backoff.ts';

test.each([
  [1, 1_000, 2_000],
  [2, 2_000, 4_000],
  [5, 16_000, 32_000],
  [6, 30_000, 60_000],
  [1_000, 30_000, 60_000],
])('after %d failures', (failures, least, most) => {
  expect(reconnectPauseMs(failures, 'connection-refused', () => 0)).toBe(least);
  expect(reconnectPauseMs(failures, 'connection-refused', () => 1)).toBe(most);
});

test('a login that was refused is not hammered', () => {
  expect(reconnectPauseMs(1, 'authentication', () => 0)).toBe(300_000);
});
