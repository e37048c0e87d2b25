/** Which tests run together: those that only compute side by side, those with namespaces of their own few at a time. */
import { defineConfig } from 'vitest/config';
import { embedPageInTests } from './scripts/embed-page.mjs';

/** Each starts several sshd and hundreds of `ip`: more of them at once only wait for each other. */
const SYSTEM = ['test/integration/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/faults/**/*.test.ts'];

/** Needs a booted systemd: `npm run test:systemd` makes one. */
const SYSTEMD = 'test/systemd/**/*.test.ts';

export default defineConfig({
  plugins: [embedPageInTests],
  test: {
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: [...SYSTEM, SYSTEMD],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: SYSTEM,
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      ...(process.env.TAPFLEET_SYSTEMD_LEADER
        ? [{ extends: true as const, test: { name: 'systemd', include: [SYSTEMD], testTimeout: 60_000 } }]
        : []),
    ],
  },
});
