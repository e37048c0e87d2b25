/** A fleet that is watched: what is changed by hand is told when it happens, and nothing is told twice. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report, settle } from '../support/sshd-report.ts';
import { Watching } from '../support/watching.ts';

const tap = (name: string, more: object = {}) => ({ name, lower: 'eno1', mode: 'bridge', ...more });
const TAPS = { macvtaps: [tap('web0', { mtu: 1400 }), tap('db0')] };

describeWith(FLEET_NEEDS, 'watch', () => {
  let fleet: SshdFleet;
  let watching: Watching | undefined;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
  });
  afterEach(async () => {
    watching?.signal('SIGTERM');
    await watching?.ended;
    watching = undefined;
    await fleet.reset();
  });
  afterAll(() => fleet?.close());

  const start = async (playbook: string, ...args: string[]) => {
    watching = await Watching.start(fleet, playbook, args);
    return watching;
  };
  const allInSync = (watch: Watching) =>
    Promise.all(fleet.names.map((name) => watch.untilStatus(name, 'in-sync')));
  /** The programs on a host that listen for us. */
  const listeners = async (name: string) => {
    const each = 'for p in $(ip netns pids "$0"); do tr "\\0" " " </proc/$p/cmdline; echo; done';
    const { stdout } = await fleet.exec(name, ['sh', '-c', each, fleet.host(name).netns]);
    return stdout.split('\n').filter((line) => /^ip .* monitor link/.test(line)).length;
  };
  const untilNobodyListens = async (name: string) => {
    const deadline = performance.now() + 10_000;
    while ((await listeners(name)) > 0) {
      if (performance.now() > deadline) throw new Error(`${name} goes on listening`);
    }
  };

  it('tells what is changed by hand when it happens, and when it is put back', async () => {
    const playbook = fleet.playbook(TAPS);
    await settle(fleet, playbook);
    const watch = await start(playbook, '--interval', '3600');
    await allInSync(watch);
    const delays: number[] = [];
    for (const mode of ['vepa', 'bridge', 'private', 'bridge']) {
      const since = watch.told.length;
      const began = performance.now();
      await fleet.ip('hv02', 'link', 'set', 'dev', 'db0', 'type', 'macvtap', 'mode', mode);
      const told = await watch.until(({ host }) => host === 'hv02', since);
      delays.push(Math.round(performance.now() - began));
      expect(told).toMatchObject(
        mode === 'bridge'
          ? { status: 'in-sync', was: 'changes', changes: [] }
          : {
              status: 'changes',
              changes: [
                {
                  interface: 'db0',
                  action: 'update',
                  cause: 'drift',
                  fields: [{ field: 'mode', before: mode, after: 'bridge' }],
                },
              ],
            },
      );
    }
    process.stdout.write(`told after ${delays.join(', ')} ms\n`);
    const since = watch.told.length;
    await fleet.ip('hv03', 'link', 'del', 'dev', 'web0');
    expect(await watch.untilStatus('hv03', 'changes', since)).toMatchObject({
      changes: [{ interface: 'web0', action: 'create' }],
    });
    const { code } = await watch.stop();
    expect(code).toBe(0);
    expect(watch.told.map(({ host, status }) => `${host} ${status}`).sort()).toEqual([
      'hv01 in-sync',
      'hv02 changes',
      'hv02 changes',
      'hv02 in-sync',
      'hv02 in-sync',
      'hv02 in-sync',
      'hv03 changes',
      'hv03 in-sync',
    ]);
    for (const name of fleet.names) await untilNobodyListens(name);
  });

  it('reports a host whose connection breaks as unreachable, and reads it again when it is back', async () => {
    const playbook = fleet.playbook(TAPS);
    await settle(fleet, playbook);
    const watch = await start(playbook, '--interval', '3600');
    await allInSync(watch);
    const since = watch.told.length;
    await fleet.stop('hv01');
    const lost = await watch.untilStatus('hv01', 'unreachable', since);
    expect(lost).toMatchObject({ was: 'in-sync', errors: [{ kind: 'connection-lost' }] });
    await fleet.ip('hv01', 'link', 'set', 'dev', 'web0', 'mtu', '1300');
    await fleet.start('hv01');
    const back = await watch.untilStatus('hv01', 'changes', since);
    expect(back).toMatchObject({ was: 'unreachable', changes: [{ interface: 'web0' }] });
    // Events come over the new connection, too.
    await fleet.ip('hv01', 'link', 'set', 'dev', 'web0', 'mtu', '1400');
    await watch.untilStatus('hv01', 'in-sync', since);
    expect(await listeners('hv01')).toBe(1);
  });

  it('takes a changed playbook up, keeps the old one while the new one is broken, and loads again at SIGHUP', async () => {
    const playbook = fleet.playbook(TAPS);
    await settle(fleet, playbook);
    const watch = await start(playbook, '--interval', '3600');
    await allInSync(watch);
    const plays = (...more: object[]) =>
      writeFileSync(playbook, JSON.stringify([{ hosts: 'hypervisors', ...TAPS }, ...more]));

    let since = watch.told.length;
    writeFileSync(
      playbook,
      '- hosts: hypervisors\n  macvtaps: [{name: web0, lower: eno1, mode: sideways}]\n',
    );
    expect(await watch.until(({ event }) => event === 'reload-refused')).toMatchObject({ mistakes: 1 });
    expect(watch.stderr).toMatch(/:2:\d+.*sideways/s);
    await fleet.ip('hv01', 'link', 'set', 'dev', 'web0', 'mtu', '1300');
    await watch.untilStatus('hv01', 'changes', since);
    await fleet.ip('hv01', 'link', 'set', 'dev', 'web0', 'mtu', '1400');
    await watch.untilStatus('hv01', 'in-sync', since);

    since = watch.told.length;
    plays({ hosts: 'hv02', macvtaps: [tap('more0')] });
    expect(await watch.until(({ event }) => event === 'reloaded')).toMatchObject({
      hosts: 3,
      added: 0,
      changed: 1,
      removed: 0,
    });
    expect(await watch.untilStatus('hv02', 'changes', since)).toMatchObject({
      changes: [{ interface: 'more0', action: 'create', cause: 'pending' }],
    });

    since = watch.told.length;
    writeFileSync(playbook, JSON.stringify([{ hosts: 'hypervisors:!hv03', ...TAPS }]));
    expect(await watch.until(({ event }) => event === 'host-gone', since)).toMatchObject({ host: 'hv03' });
    await watch.untilStatus('hv02', 'in-sync', since);
    await untilNobodyListens('hv03');

    since = watch.told.length;
    watch.signal('SIGHUP');
    expect(await watch.until(({ event }) => event === 'reloaded', since)).toMatchObject({
      hosts: 2,
      added: 0,
      changed: 0,
    });
    watch.signal('SIGINT');
    expect((await watch.ended).code).toBe(130);
  });

  it('takes a changed inventory up: hosts that come and go, variables beside it, and a broken one not at all', async () => {
    const lines = (hosts: readonly string[]) => {
      const all = JSON.parse(readFileSync(fleet.inventory(), 'utf8')).all;
      const { hosts: there } = all.children.hypervisors;
      const kept = Object.fromEntries(hosts.map((name) => [name, there[name]]));
      return JSON.stringify({ all: { ...all, children: { hypervisors: { hosts: kept } } } });
    };
    const folder = join(fleet.folder, 'watched');
    mkdirSync(join(folder, 'group_vars'), { recursive: true });
    const inventory = join(folder, 'hosts.yml');
    const vars = join(folder, 'group_vars', 'hypervisors.yml');
    const playbook = fleet.playbook({ macvtaps: [tap('web0', { mtu: '{{ guest_mtu }}' })] });
    writeFileSync(inventory, lines(['hv01', 'hv02']));
    writeFileSync(vars, 'guest_mtu: 1400\n');
    expect((await report(fleet, 'apply', playbook, [], { inventory })).code).toBe(0);
    watching = await Watching.start(fleet, playbook, ['--interval', '3600'], inventory);
    const watch = watching;
    await Promise.all(['hv01', 'hv02'].map((name) => watch.untilStatus(name, 'in-sync')));

    let since = watch.told.length;
    writeFileSync(vars, 'guest_mtu: 1300\n');
    expect(await watch.untilStatus('hv01', 'changes', since)).toMatchObject({
      changes: [
        { interface: 'web0', cause: 'pending', fields: [{ field: 'mtu', before: 1400, after: 1300 }] },
      ],
    });
    writeFileSync(vars, 'guest_mtu: 1400\n');
    await watch.untilStatus('hv01', 'in-sync', since);
    await watch.untilStatus('hv02', 'in-sync', since);

    since = watch.told.length;
    writeFileSync(inventory, 'all: [this, is, none]\n');
    await watch.until(({ event }) => event === 'reload-refused', since);
    writeFileSync(inventory, lines(['hv02', 'hv03']));
    expect(await watch.until(({ event }) => event === 'host-gone', since)).toMatchObject({ host: 'hv01' });
    expect(await watch.untilStatus('hv03', 'changes', since)).toMatchObject({
      was: 'unknown',
      changes: [{ interface: 'web0', action: 'create' }],
    });
    expect((await watch.stop()).code).toBe(0);
    // hv02 was there all the time, and nothing was said of it.
    expect(watch.told.slice(since).filter(({ host }) => host === 'hv02')).toEqual([]);
  });

  it('reads a host that allows one session at its interval only, and says so once', async () => {
    const playbook = fleet.playbook(TAPS);
    await settle(fleet, playbook);
    await fleet.stop('hv02');
    await fleet.start('hv02', { config: ['MaxSessions 1'] });
    const watch = await start(playbook, '--interval', '2');
    await allInSync(watch);
    expect(await watch.until(({ event }) => event === 'no-events')).toMatchObject({
      host: 'hv02',
      reason: expect.stringMatching(/MaxSessions/),
    });
    await fleet.ip('hv02', 'link', 'set', 'dev', 'db0', 'type', 'macvtap', 'mode', 'vepa');
    await watch.untilStatus('hv02', 'changes');
    await fleet.ip('hv02', 'link', 'set', 'dev', 'db0', 'type', 'macvtap', 'mode', 'bridge');
    await watch.untilStatus('hv02', 'in-sync', watch.told.length - 1);
    await watch.stop();
    expect(watch.told.filter(({ event }) => event === 'no-events')).toHaveLength(1);
    expect(
      watch.told.filter(({ host }) => host === 'hv02').map(({ status, event }) => status ?? event),
    ).not.toContain('unreachable');
    await fleet.stop('hv02');
  });

  it('listens as a login that is not root, and anew where somebody on the host ended it', async () => {
    const playbook = fleet.playbook(TAPS);
    await settle(fleet, playbook);
    watching = await Watching.start(
      fleet,
      playbook,
      ['--interval', '3'],
      fleet.inventory({ ansible_user: 'operator' }),
    );
    const watch = watching;
    await allInSync(watch);
    await fleet.exec('hv01', [
      'sh',
      '-c',
      'for p in $(ip netns pids "$0"); do read -r c </proc/$p/comm; [ "$c" != ip ] || kill $p; done',
      fleet.host('hv01').netns,
    ]);
    expect(await watch.until(({ event }) => event === 'no-events')).toMatchObject({ host: 'hv01' });
    while ((await listeners('hv01')) === 0)
      expect(watch.told.some(({ status }) => status === 'unreachable')).toBe(false);
    const since = watch.told.length;
    await fleet.ip('hv01', 'link', 'set', 'dev', 'db0', 'type', 'macvtap', 'mode', 'vepa');
    await watch.untilStatus('hv01', 'changes', since);
  });
});
