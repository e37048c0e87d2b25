/** What a watch tells those who ask, and whether it stays well when a host will not be quiet. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { runProcess } from '../support/cli.ts';
import { httpGet } from '../support/http-get.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { settle } from '../support/sshd-report.ts';
import { Watching } from '../support/watching.ts';

const tap = (name: string, more: object = {}) => ({ name, lower: 'eno1', mode: 'bridge', ...more });
const TAPS = { macvtaps: [tap('web0', { mtu: 1400 }), tap('db0')] };
const PORT = 9719;
const FLOOD_LINES = 200_000;

describeWith(FLEET_NEEDS, 'watch --listen', () => {
  let fleet: SshdFleet;
  let watching: Watching | undefined;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 2 });
  });
  afterEach(async () => {
    watching?.signal('SIGTERM');
    await watching?.ended;
    watching = undefined;
    await fleet.reset();
  });
  afterAll(() => fleet?.close());

  const start = async (playbook: string, ...args: string[]) => {
    watching = await Watching.start(fleet, playbook, [
      '--interval',
      '3600',
      '--listen',
      `127.0.0.1:${PORT}`,
      ...args,
    ]);
    return watching;
  };
  const get = (path: string, method?: string) => httpGet(fleet.controller, PORT, path, method);
  const metric = async (line: string) => {
    const found = (await get('/metrics')).text
      .split('\n')
      .find((one) => one.startsWith(`tapfleet_watch_${line} `));
    return found === undefined ? undefined : Number(found.slice(found.lastIndexOf(' ') + 1));
  };

  it('serves metrics and health, and nothing else', async () => {
    const playbook = fleet.playbook(TAPS);
    await settle(fleet, playbook);
    await fleet.stop('hv02');
    const watch = await start(playbook);
    await watch.untilStatus('hv01', 'in-sync');
    await watch.untilStatus('hv02', 'unreachable');
    const answer = await get('/metrics');
    expect([answer.status, answer.headers['content-type']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(await metric('hosts{status="in-sync"}')).toBe(1);
    expect(await metric('hosts{status="unreachable"}')).toBe(1);
    expect(await metric('host_in_sync{host="hv02"}')).toBe(0);
    expect(await metric('host_read_age_seconds{host="hv01"}')).toBeGreaterThanOrEqual(0);
    expect(await metric('host_read_age_seconds{host="hv02"}')).toBeUndefined();
    expect(await get('/healthz')).toMatchObject({ status: 200, text: 'ok: 2 hosts\n' });
    const since = watch.told.length;
    await fleet.ip('hv01', 'link', 'set', 'dev', 'web0', 'mtu', '1300');
    await watch.untilStatus('hv01', 'changes', since);
    expect(await metric('interfaces{cause="drift"}')).toBe(1);
    expect(await get('/metrics', 'HEAD')).toMatchObject({ status: 200, text: '' });
    expect(await get('/', 'GET')).toMatchObject({ status: 404 });
    expect(await get('/metrics', 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('refuses a port that is in use, and an address that was not named, before any host is touched', async () => {
    const playbook = fleet.playbook(TAPS);
    await settle(fleet, playbook);
    const watch = await start(playbook);
    await Promise.all(fleet.names.map((name) => watch.untilStatus(name, 'in-sync')));
    const connections = () =>
      fleet.names.map((name) => fleet.host(name).sshd.log.split('Connection from').length);
    const before = connections();
    for (const [listen, words] of [
      [`127.0.0.1:${PORT}`, /the port is in use/],
      [`:${PORT}`, /must be ADDRESS:PORT/],
      ['192.0.2.1:9720', /no such address/],
    ] as const) {
      const { code, stderr } = await fleet.tapfleet([
        'watch',
        playbook,
        '-i',
        fleet.inventory(),
        '--listen',
        listen,
      ]);
      expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
    }
    expect(connections()).toEqual(before);
  });

  it('reads a host that floods it with events about once a second, and tells of the others as ever', async () => {
    const playbook = fleet.playbook(TAPS);
    await settle(fleet, playbook);
    const watch = await start(playbook);
    await Promise.all(fleet.names.map((name) => watch.untilStatus(name, 'in-sync')));
    const readsBefore = (await metric('reads_total')) ?? 0;
    const began = performance.now();
    // As fast as the kernel can: two events a line.
    const lines = 'link set dev web0 promisc on\nlink set dev web0 promisc off\n'.repeat(FLOOD_LINES / 2);
    const flood = runProcess(['ip', '-n', fleet.host('hv01').netns, '-batch', '-'], { stdin: lines });
    const since = watch.told.length;
    await fleet.ip('hv02', 'link', 'set', 'dev', 'db0', 'type', 'macvtap', 'mode', 'vepa');
    await watch.untilStatus('hv02', 'changes', since);
    await fleet.ip('hv01', 'link', 'set', 'dev', 'db0', 'type', 'macvtap', 'mode', 'vepa');
    await watch.until(
      ({ host, changes }) => host === 'hv01' && changes?.some((one) => one.interface === 'db0') === true,
      since,
    );
    await flood;
    const reads = ((await metric('reads_total')) ?? 0) - readsBefore;
    const seconds = (performance.now() - began) / 1000;
    const events = (await metric('events_total')) ?? 0;
    process.stdout.write(`${events} events in ${seconds.toFixed(1)} s: ${reads} reads\n`);
    expect(events).toBeGreaterThan(FLOOD_LINES / 2);
    // Three at once and then one a second, and one of hv02: nothing of it rests on how fast this machine is.
    expect(reads).toBeLessThanOrEqual(3 + Math.ceil(seconds) + 1);
    // Every one of those reads found the same.
    expect(
      watch.told
        .slice(since)
        .map(({ host, status }) => `${host} ${status}`)
        .sort(),
    ).toEqual(['hv01 changes', 'hv02 changes']);
    expect((await get('/healthz')).status).toBe(200);
  });
});
