/** Simulated hosts that are watched over hours of a clock that does not tick: how often, and what is said. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FleetWatch } from '../../../src/fleet/watch-fleet.ts';
import { MARK } from '../../../src/host/frame.ts';
import type { WatchEvent } from '../../../src/model/watch.ts';
import { type FollowOptions, HostTrouble, SessionRefused } from '../../../src/remote/connection.ts';
import { DECLARED, manifestOf, wanted } from '../../support/builders.ts';
import { bareKernel } from '../../support/model-build.ts';
import { ModelFleet, type ModelHost, settingsFor } from '../../support/model-connection.ts';

const INTERVAL_S = 60;

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Begins and goes on until it is told to end; `event` makes it say a line. */
function listener() {
  let say = (_line: string) => {};
  const follows = (command: string, { onLine, signal }: FollowOptions): Promise<string> => {
    const nonce = / tapfleet-monitor (\S+)/.exec(command)?.[1] ?? '';
    onLine(`${MARK}:${nonce}:begin`);
    say = onLine;
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve('')));
  };
  return { follows, event: (line: string) => say(line) };
}

function watched(hosts: Record<string, Partial<ModelHost>>) {
  const model = new ModelFleet(
    Object.fromEntries(
      Object.entries(hosts).map(([name, host]) => [name, { kernel: bareKernel(), ...host }]),
    ),
  );
  const told: WatchEvent[] = [];
  const fleet = new FleetWatch({
    forks: 5,
    intervalMs: INTERVAL_S * 1000,
    reaching: { connect: model.connect },
    tell: (event) => told.push(event),
    now: () => Date.now(),
    random: () => 0.5,
  });
  const targets = Object.keys(hosts).map((host) => ({
    host,
    settings: settingsFor(host),
    manifest: manifestOf(host, []),
  }));
  fleet.update(targets);
  const count = (event: string) => model.events.filter((one) => one === event).length;
  const states = () =>
    told.flatMap((one) => (one.event === 'host-state' ? [`${one.host} ${one.state.status}`] : []));
  return { model, fleet, told, targets, count, states };
}

const after = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

test('a quiet host is read at its interval over one login, and spoken of once', async () => {
  const { fleet, count, states } = watched({ hv01: listener() });
  await after(3600);
  expect(count('hv01 connect')).toBe(1);
  expect(count('hv01 exec')).toBeGreaterThanOrEqual(60);
  expect(count('hv01 exec')).toBeLessThanOrEqual(62);
  expect(states()).toEqual(['hv01 in-sync']);
  await fleet.stop();
  expect(count('hv01 close')).toBe(1);
});

test('an event brings one read, another link’s none', async () => {
  const hv01 = listener();
  const { count, fleet } = watched({ hv01 });
  await after(1);
  const before = count('hv01 exec');
  for (let n = 0; n < 50; n++) hv01.event('100: web0@eno1: <UP> mtu 1500 \\    macvtap mode bridge');
  await after(1);
  expect(count('hv01 exec')).toBe(before + 1);
  hv01.event('44: vnet7: <UP> mtu 1500 \\    tun type tap');
  await after(1);
  expect(count('hv01 exec')).toBe(before + 1);
  expect(fleet.figures.counters).toMatchObject({ events: 51, relevantEvents: 50 });
});

test('a host that breaks every login is tried ever more seldom', async () => {
  const breaks = () => Promise.reject(new HostTrouble({ kind: 'connection-lost', message: 'broke' }));
  const { count, states } = watched({ hv01: { follows: breaks } });
  await after(3600);
  expect(count('hv01 connect')).toBeGreaterThan(60);
  expect(count('hv01 connect')).toBeLessThan(100);
  expect(states().at(-1)).toBe('hv01 unreachable');
});

test('a host that cannot be reached is tried for ever, and at once when that is asked for', async () => {
  const { model, fleet, states, count } = watched({
    hv01: { ...listener(), refuses: true },
    hv02: listener(),
  });
  await after(3600);
  expect(states()).toEqual(['hv01 unreachable', 'hv02 in-sync']);
  const host = model.hosts.get('hv01');
  if (host) host.refuses = false;
  fleet.hurry();
  await after(0.1);
  expect(states()).toEqual(['hv01 unreachable', 'hv02 in-sync', 'hv01 in-sync']);
  expect(count('hv01 connect')).toBe(1);
});

test('a host that refuses a second session is read without listening, which is said once', async () => {
  let listens = false;
  const refused = new SessionRefused({ kind: 'connection-lost', message: 'open failed' });
  const { told, states, count } = watched({
    hv01: {
      follows: (_command, { signal }) => {
        listens = true;
        return new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            listens = false;
            resolve('');
          }),
        );
      },
      answers: () => (listens ? refused : undefined),
    },
  });
  await after(3600);
  expect(told.filter(({ event }) => event === 'no-events')).toHaveLength(1);
  expect(states()).toEqual(['hv01 in-sync']);
  expect(count('hv01 connect')).toBe(2);
});

test('after half a day of events, drift and broken logins a watch holds what it held after an hour', async () => {
  const hv01 = listener();
  const breaksLater = (_command: string, { signal }: FollowOptions): Promise<string> =>
    new Promise((resolve, reject) => {
      const broke = new HostTrouble({ kind: 'connection-lost', message: 'broke' });
      const timer = setTimeout(() => reject(broke), 90_000);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve('');
      });
    });
  const { model, fleet, told, targets, count } = watched({ hv01, hv02: { follows: breaksLater } });
  const [first, second] = targets;
  if (!first || !second) throw new Error('no targets');
  const wants = { ...first, manifest: manifestOf('hv01', [wanted('m0', DECLARED)]) };
  const hour = async () => {
    for (const turn of [0, 1, 2, 3]) {
      // Now as declared, now not; and an event besides.
      fleet.update([turn % 2 === 0 ? wants : first, second]);
      await after(450);
      hv01.event('100: m0@eno1: <UP> mtu 1500 \\    macvtap mode bridge');
      await after(450);
    }
    const seen = { logins: count('hv02 connect'), told: told.length };
    // What the test itself writes down is no part of the watch.
    model.events.length = 0;
    told.length = 0;
    return seen;
  };
  const seen = await hour();
  expect(seen.logins).toBeGreaterThan(30);
  expect(seen.told).toBeGreaterThan(60);
  const early = heapAfterCollection();
  for (let n = 0; n < 11; n++) await hour();
  expect(fleet.figures.counters.reads).toBeGreaterThan(1_500);
  // Twice what compiled code grows by; 500 bytes that each read left behind would be more.
  expect(heapAfterCollection() - early).toBeLessThan(750_000);
});

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

test('hosts come, go, and keep their login where nothing of them is new', async () => {
  const { fleet, targets, count, told } = watched({ hv01: listener(), hv02: listener(), hv03: listener() });
  await after(1);
  const [first, second] = targets;
  if (!first || !second) throw new Error('no targets');
  const moved = { ...second, settings: settingsFor('hv03') };
  expect(fleet.update([moved, first])).toEqual({ added: 0, changed: 1, removed: 1 });
  await after(1);
  expect([count('hv01 connect'), count('hv02 connect'), count('hv03 connect')]).toEqual([1, 1, 2]);
  expect([count('hv01 close'), count('hv02 close'), count('hv03 close')]).toEqual([0, 1, 1]);
  expect(told.at(-1)).toEqual({ event: 'host-gone', host: 'hv03' });
  expect(fleet.figures.hosts.map(({ host }) => host)).toEqual(['hv02', 'hv01']);
});
