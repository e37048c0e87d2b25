/** Hosts side by side: order, isolation, limits, stopping. */
import { expect, test } from 'vitest';
import { eachHost } from '../../../src/fleet/each-host.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import { HostTrouble } from '../../../src/remote/connection.ts';

const HOSTS = ['a', 'b', 'c', 'd', 'e'].map((host) => ({ host }));
const done = (host: string): HostOutcome => ({ kind: 'skipped', host, reason: 'done' });

/** Lets every other task that is ready go first. */
async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}

test('results come in the order of the hosts, whoever was first', async () => {
  const order: string[] = [];
  const outcomes = await eachHost(
    HOSTS,
    { forks: 5, tell: ({ event, host }) => event === 'host-finished' && order.push(host) },
    async ({ host }) => {
      await turns(host === 'a' ? 9 : host === 'c' ? 5 : 1);
      return done(host);
    },
  );
  expect(outcomes.map((outcome) => outcome.host)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(order.slice(-2)).toEqual(['c', 'a']);
});

test('one host’s trouble is its own row', async () => {
  const outcomes = await eachHost(HOSTS, { forks: 2 }, async ({ host }) => {
    if (host === 'b') throw new HostTrouble({ kind: 'timeout', message: 'slow' });
    if (host === 'c') throw new TypeError('a fault');
    if (host === 'd') throw 'a string';
    return done(host);
  });
  expect(outcomes).toEqual([
    done('a'),
    { kind: 'unread', host: 'b', problem: { kind: 'timeout', message: 'slow' } },
    {
      kind: 'unread',
      host: 'c',
      problem: { kind: 'internal', message: expect.stringMatching(/TypeError: a fault\n.*at /s) },
    },
    {
      kind: 'unread',
      host: 'd',
      problem: { kind: 'internal', message: expect.stringContaining('a string') },
    },
    done('e'),
  ]);
});

test('work that fails before its first await is a row too', async () => {
  const outcomes = await eachHost(HOSTS.slice(0, 1), { forks: 1 }, () => {
    throw new Error('at once');
  });
  expect(outcomes[0]).toMatchObject({ kind: 'unread', problem: { kind: 'internal' } });
});

test.each([
  [1, 1],
  [3, 3],
  [0, 1],
  [99, 5],
])('forks %i: %i at once', async (forks, most) => {
  let working = 0;
  let seen = 0;
  await eachHost(HOSTS, { forks }, async ({ host }) => {
    working++;
    seen = Math.max(seen, working);
    await turns(2);
    working--;
    return done(host);
  });
  expect(seen).toBe(most);
});

test('after a stop those at work finish and nobody else starts', async () => {
  const stop = new AbortController();
  const started: string[] = [];
  const outcomes = await eachHost(
    HOSTS,
    {
      forks: 2,
      stop: stop.signal,
      tell: ({ event, host }) => event === 'host-started' && started.push(host),
    },
    async ({ host }) => {
      await turns(1);
      if (host === 'a') stop.abort();
      return done(host);
    },
  );
  expect(started).toEqual(['a', 'b']);
  expect(outcomes.map((outcome) => (outcome.kind === 'skipped' ? outcome.reason : outcome.kind))).toEqual([
    'done',
    'done',
    ...Array(3).fill('the run was interrupted before this host'),
  ]);
});

test('a host on which nothing was done when the run was interrupted was not begun', async () => {
  const [outcome] = await eachHost([{ host: 'a' }], { forks: 1 }, async () => {
    throw new HostTrouble({ kind: 'interrupted', message: 'interrupted while connecting' });
  });
  expect(outcome).toEqual({
    kind: 'skipped',
    host: 'a',
    reason: 'the run was interrupted before this host',
  });
});
