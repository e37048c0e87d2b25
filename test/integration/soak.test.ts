/** Many runs in a row in one process (40; `npm run test:soak`: 200): no descriptor and no memory stays behind. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';

const RUNS = Number(process.env.TAPFLEET_SOAK ?? 40);
const SOAK = fileURLToPath(new URL('../support/soak.mjs', import.meta.url));
/** What a heap breathes by between two collections; 150 runs that left 20 KB each behind show. */
const BREATH_BYTES = 3_000_000;

describeWith(FLEET_NEEDS, 'a soak', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 2 });
  });
  afterAll(() => fleet?.close());

  it('holds after many runs what it held after a few', async () => {
    const tap = { name: 'a0', lower: 'eno1', mode: 'bridge' };
    const files = [{ ...tap, mtu: 1400 }, tap].map((one, n) =>
      fleet.playbook({ macvtaps: [{ ...one, alias: `turn ${n}` }] }),
    );
    const argv = ['node', '--expose-gc', SOAK, ...files, fleet.inventory(), String(RUNS)];
    const { code, stdout, stderr } = await runProcess(['ip', 'netns', 'exec', fleet.controller, ...argv], {
      deadlineMs: 170_000,
      env: { PATH: process.env.PATH ?? '', HOME: fleet.folder },
    });
    expect([code, stderr]).toEqual([0, '']);
    const { early, late, seen } = JSON.parse(stdout);
    expect(seen.sort()).toEqual(['applied0', 'planned']);
    expect(late.files).toBeLessThanOrEqual(early.files);
    expect(late.heap - early.heap).toBeLessThan(BREATH_BYTES);
  }, 180_000);
});
