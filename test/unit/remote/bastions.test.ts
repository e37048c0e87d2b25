/** Is a bastion logged in on once, tried again for all hosts behind it, and never again after that? */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Client } from 'ssh2';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Bastions } from '../../../src/remote/bastions.ts';
import { trouble } from '../../../src/remote/connection.ts';
import { sshSettings } from '../../support/ssh-settings.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const bastion = sshSettings({ address: '192.0.2.1' });
const hosts = ['192.0.2.11', '192.0.2.12', '192.0.2.13'].map((address) => sshSettings({ address }));
const reset = trouble('connection-lost', '192.0.2.1:22: ECONNRESET', true);

/** A login whose channels `open` opens. */
function loggedIn(open: (done: (error: Error | undefined, stream?: PassThrough) => void) => void) {
  return Object.assign(new EventEmitter(), {
    forwardOut: (_from: string, _port: number, _to: string, _at: number, done: never) => open(done),
    end: () => {},
  }) as never as Client;
}

const opens = () => loggedIn((done) => done(undefined, new PassThrough()));

/** Attempts at the bastion, each of which does what the next of `does` does. */
function attempts(...does: (() => Client)[]) {
  const made = { count: 0 };
  const bastions = new Bastions(async () => {
    const next = does[Math.min(made.count++, does.length - 1)];
    if (!next) throw new Error('nothing to do');
    return next();
  });
  return { made, bastions };
}

const fails = () => {
  throw reset;
};

async function settled(bastions: Bastions, retries: number): Promise<string[]> {
  const all = Promise.allSettled(hosts.map((host) => bastions.stream(bastion, host, retries)));
  await vi.runAllTimersAsync();
  return (await all).map((one) => (one.status === 'fulfilled' ? 'through' : String(one.reason.message)));
}

test('one that resets is tried again, once for all hosts behind it', async () => {
  const { made, bastions } = attempts(fails, fails, opens);
  expect(await settled(bastions, 2)).toEqual(['through', 'through', 'through']);
  expect(made.count).toBe(3);
});

test('one that goes on so fails them all, and is not tried for the next', async () => {
  const { made, bastions } = attempts(fails);
  const said = 'the bastion 192.0.2.1:22: 192.0.2.1:22: ECONNRESET (tried 3 times)';
  expect(await settled(bastions, 2)).toEqual([said, said, said]);
  expect(await settled(bastions, 2)).toEqual([said, said, said]);
  expect(made.count).toBe(3);
});

test('a login that is refused is refused', async () => {
  const { made, bastions } = attempts(() => {
    throw trouble('authentication', 'no');
  });
  await settled(bastions, 2);
  expect(made.count).toBe(1);
});

test('where it breaks under a host, that host may try again; not where the bastion says no', async () => {
  const unheard = new Error('(SSH) Channel open failure: server closed channel unexpectedly');
  const said = Object.assign(new Error('(SSH) Channel open failure: No route to host'), { reason: 2 });
  for (const [error, transient] of [
    [unheard, true],
    [said, false],
  ] as const) {
    const { bastions } = attempts(() => loggedIn((done) => done(error)));
    const [host] = hosts;
    if (!host) throw new Error('no host');
    await expect(bastions.stream(bastion, host, 2)).rejects.toMatchObject({ transient });
  }
});
