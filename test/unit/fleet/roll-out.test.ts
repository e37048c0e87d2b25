/** Batches one after the other, groups apart, and nothing behind a spent budget. */
import { expect, test } from 'vitest';
import { rollOut } from '../../../src/fleet/roll-out.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import { rollout } from '../../support/rollout.ts';

const names = (letter: string, count: number) => Array.from({ length: count }, (_, n) => `${letter}${n}`);
const items = (hosts: readonly string[]) => hosts.map((host) => ({ host }));
const done = (host: string): HostOutcome => ({ kind: 'skipped', host, reason: 'done' });
const failed = (host: string): HostOutcome => ({
  kind: 'unread',
  host,
  problem: { kind: 'connect-timeout', message: 'dead' },
});
const isFailure = ({ kind }: HostOutcome) => kind === 'unread';
const turn = () => new Promise((resolve) => setImmediate(resolve));

function words(outcomes: readonly HostOutcome[]): string[] {
  return outcomes.map((one) => (one.kind === 'skipped' ? one.reason : one.kind));
}

test('a batch begins when the one before is through', async () => {
  const log: string[] = [];
  const hosts = names('a', 5);
  await rollOut(
    items(hosts),
    { forks: 9, isFailure, rollouts: [rollout(hosts, { serial: [{ count: 1 }, { count: 2 }] })] },
    async ({ host }) => {
      log.push(`${host} begins`);
      await turn();
      log.push(`${host} ends`);
      return done(host);
    },
  );
  expect(log.join(', ')).toBe(
    'a0 begins, a0 ends, a1 begins, a2 begins, a1 ends, a2 ends, a3 begins, a4 begins, a3 ends, a4 ends',
  );
});

test('a canary that fails ends the run, plays behind it too', async () => {
  const [first, second] = [names('a', 3), names('b', 2)];
  const outcomes = await rollOut(
    items([...second, ...first]),
    {
      forks: 9,
      isFailure,
      rollouts: [rollout(first, { serial: [{ count: 1 }, { percent: 100 }] }), rollout(second)],
    },
    async ({ host }) => failed(host),
  );
  const reason = '1 of 1 host of a batch failed in the play "taps"';
  expect(outcomes.map((one) => one.host)).toEqual([...second, ...first]);
  expect(words(outcomes)).toEqual([reason, reason, 'unread', reason, reason]);
});

test('the budget stops a batch in its middle', async () => {
  const hosts = names('a', 10);
  const outcomes = await rollOut(
    items(hosts),
    { forks: 1, isFailure, rollouts: [rollout(hosts, { maxFailPercentage: 10 })] },
    async ({ host }) => (host === 'a1' || host === 'a3' ? failed(host) : done(host)),
  );
  expect(words(outcomes).slice(0, 4)).toEqual(['done', 'unread', 'done', 'unread']);
  expect(new Set(words(outcomes).slice(4))).toEqual(
    new Set(['2 of 10 hosts of a batch failed in the play "taps": more than max_fail_percentage 10 allows']),
  );
});

test('a host that failed before counts in its batch, though nothing more is done there', async () => {
  const hosts = names('a', 5);
  const run = (
    some: Parameters<typeof rollout>[1],
    before: readonly string[],
    dead: readonly string[] = [],
  ) =>
    rollOut(
      items(hosts.filter((host) => !before.includes(host))),
      { forks: 1, isFailure, failedBefore: new Set(before), rollouts: [rollout(hosts, some)] },
      async ({ host }) => (dead.includes(host) ? failed(host) : done(host)),
    ).then(words);
  const canary = { serial: [{ count: 1 }, { percent: 100 }] };
  expect(new Set(await run({ ...canary, anyErrorsFatal: true }, ['a0']))).toEqual(
    new Set(['1 of 1 host of a batch failed in the play "taps", and any_errors_fatal is set']),
  );
  const two = { serial: [{ count: 2 }, { percent: 100 }] };
  const reason = '2 of 2 hosts of a batch failed in the play "taps"';
  expect(await run(two, ['a0'], ['a1'])).toEqual(['unread', reason, reason, reason]);
  expect(await run(two, ['a4'])).toEqual(['done', 'done', 'done', 'done']);
});

test('hosts of one group are never at work together', async () => {
  const hosts = names('a', 8);
  const groupOf = new Map(hosts.map((host, n) => [host, n % 2 === 0 ? 'left' : 'right']));
  const working = new Map<string, number>();
  let most = 0;
  await rollOut(
    items(hosts),
    { forks: 9, isFailure, rollouts: [rollout(hosts, { throttle: { limit: 1, groupOf } })] },
    async ({ host }) => {
      const group = groupOf.get(host) ?? '';
      working.set(group, (working.get(group) ?? 0) + 1);
      most = Math.max(most, working.get(group) ?? 0);
      expect([...working.values()].reduce((a, b) => a + b)).toBeLessThanOrEqual(2);
      await turn();
      working.set(group, (working.get(group) ?? 0) - 1);
      return done(host);
    },
  );
  expect(most).toBe(1);
});
