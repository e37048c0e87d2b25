/** Does health tell what is late? */
import { describe, expect, test } from 'vitest';
import { healthOf } from '../../../src/watch/health.ts';
import { figuresOf } from './figures-of.ts';

describe('health', () => {
  test.each([
    ['read lately', figuresOf('hv01', { ageMs: 60_000 }), true],
    ['not read for two intervals', figuresOf('hv01', { ageMs: 160_000 }), false],
    ['not tried yet', figuresOf('hv01', { status: 'unknown', ageMs: undefined }), false],
    ['known to be unreachable', figuresOf('hv01', { status: 'unreachable', ageMs: 9e6 }), true],
  ])('%s', (_what, host, ok) => {
    const health = healthOf({ hosts: [figuresOf('hv00'), host] }, 60_000);
    expect(health.ok).toBe(ok);
    if (!ok) expect(health.text).toMatch(/^not read within 150 s: 1 of 2 hosts: hv01$/);
  });
});
