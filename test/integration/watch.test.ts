/** A fleet that is watched: what is changed by hand is told when it happens, and nothing is told twice. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { settle } from '../support/sshd-report.ts';
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
  const listeners = async (name: string) =>
    (
      await fleet.exec(name, [
        'sh',
        '-c',
        'for p in $(ip netns pids "$0"); do tr "\\0" " " </proc/$p/cmdline; echo; done',
        fleet.host(name).netns,
      ])
    ).stdout
      .split('\n')
      .filter((line) => / monitor link/.test(line) && !line.startsWith('sh')).length;

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
    console.log(`told after ${delays.join(', ')} ms`);
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
    for (const name of fleet.names) expect(await listeners(name)).toBe(0);
  });
});
