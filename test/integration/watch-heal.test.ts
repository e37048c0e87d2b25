/** What a watch puts back, and what it leaves: holders, deletions, what is new, and hosts that fight back. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { expectNothingLeft, settle } from '../support/sshd-report.ts';
import { Watching } from '../support/watching.ts';

const tap = (name: string, more: object = {}) => ({ name, lower: 'eno1', mode: 'bridge', ...more });
const TAPS = { macvtaps: [tap('web0', { mtu: 1400 }), tap('db0')] };

describeWith(FLEET_NEEDS, 'watch --heal', () => {
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
    const record = mkdtempSync(join(fleet.folder, 'runs-'));
    watching = await Watching.start(fleet, playbook, [
      '--heal',
      '--interval',
      '3600',
      '--record',
      record,
      ...args,
    ]);
    const watch = watching;
    await Promise.all(fleet.names.map((name) => watch.untilStatus(name, 'in-sync')));
    return { watch, record };
  };
  const set = (name: string, ...args: string[]) => fleet.ip(name, 'link', 'set', 'dev', ...args);

  it('puts back fields and interfaces, and writes each repair down', async () => {
    const playbook = fleet.playbook(TAPS);
    await settle(fleet, playbook);
    const { watch, record } = await start(playbook);
    await set('hv01', 'web0', 'mtu', '1300');
    const healed = await watch.until(({ event }) => event === 'host-healed');
    expect(healed).toMatchObject({
      host: 'hv01',
      status: 'changed',
      changes: [{ interface: 'web0', result: 'done' }],
    });
    const since = watch.told.length;
    await fleet.ip('hv02', 'link', 'del', 'dev', 'db0');
    await watch.until(({ event, host }) => event === 'host-healed' && host === 'hv02', since);
    await watch.untilStatus('hv02', 'in-sync', since);
    expect((await watch.stop()).code).toBe(0);
    await expectNothingLeft(fleet, playbook);
    const { stdout } = await fleet.tapfleet(['runs', '--record', record, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject([{ summary: { changed: 1 } }, { summary: { changed: 1 } }]);
  });

  it('stops to heal a host that drifts again and again, and says so once', async () => {
    const playbook = fleet.playbook(TAPS);
    await settle(fleet, playbook);
    const { watch } = await start(playbook);
    for (let round = 0; round < 3; round++) {
      const since = watch.told.length;
      await set('hv01', 'web0', 'mtu', String(1300 + round));
      await watch.until(({ event }) => event === 'host-healed', since);
      await watch.untilStatus('hv01', 'in-sync', since);
    }
    await set('hv01', 'web0', 'mtu', '1310');
    expect(await watch.until(({ event }) => event === 'heal-stopped')).toMatchObject({
      host: 'hv01',
      heals: 3,
    });
    const since = watch.told.length;
    await set('hv01', 'web0', 'mtu', '1311');
    expect(await watch.untilStatus('hv01', 'changes', since)).toMatchObject({
      changes: [{ interface: 'web0' }],
    });
    // The other host is healed as before.
    await set('hv02', 'web0', 'mtu', '1300');
    await watch.until(({ event, host }) => event === 'host-healed' && host === 'hv02', since);
    await watch.stop();
    expect(watch.told.filter(({ event }) => event === 'heal-stopped')).toHaveLength(1);
    expect(watch.told.filter(({ event, host }) => event === 'host-healed' && host === 'hv01')).toHaveLength(
      3,
    );
    expect(await fleet.ip('hv01', 'link', 'show', 'dev', 'web0')).toContain('mtu 1311');
  });

  it.each(['allow', 'refuse'])(
    'never disturbs a holder where the play says disruption: %s',
    async (disruption) => {
      const playbook = fleet.playbook({ macvtaps: [tap('web0', { disruption })] });
      await settle(fleet, playbook);
      await fleet.openTap('hv01', 'web0');
      const { watch } = await start(playbook);
      const since = watch.told.length;
      const mac = '52:54:00:00:00:99';
      await set('hv01', 'web0', 'address', mac);
      const told = await watch.until(({ host, event }) => host === 'hv01' && event === 'host-state', since);
      expect(told.status).toBe(disruption === 'allow' ? 'changes' : 'refused');
      // By then the first would have had its turn.
      await set('hv02', 'web0', 'address', mac);
      await watch.until(({ event, host }) => event === 'host-healed' && host === 'hv02', since);
      await watch.untilStatus('hv02', 'in-sync', since);
      await watch.stop();
      expect(watch.told.filter(({ event, host }) => event === 'host-healed' && host === 'hv01')).toEqual([]);
      expect(await fleet.ip('hv01', 'link', 'show', 'dev', 'web0')).toContain(mac);
    },
  );

  it('leaves to apply what is new and what is too much', async () => {
    const playbook = fleet.playbook(TAPS);
    await settle(fleet, playbook);
    const { watch } = await start(playbook, '--heal-budget', '1');
    await set('hv01', 'web0', 'mtu', '1300');
    await watch.until(({ event }) => event === 'host-healed');
    await watch.untilStatus('hv01', 'in-sync', 2);
    await set('hv02', 'web0', 'mtu', '1300');
    expect(await watch.until(({ event }) => event === 'heal-budget-spent')).toMatchObject({
      host: 'hv02',
      per_hour: 1,
    });
    const since = watch.told.length;
    writeFileSync(playbook, JSON.stringify([{ hosts: 'hv01', macvtaps: [...TAPS.macvtaps, tap('new0')] }]));
    expect(await watch.untilStatus('hv01', 'changes', since)).toMatchObject({
      changes: [{ interface: 'new0', cause: 'pending' }],
    });
    await watch.stop();
    expect(watch.told.filter(({ event }) => event === 'host-healed')).toHaveLength(1);
    expect(await fleet.ip('hv01', 'link', 'show')).not.toContain('new0');
  });
});
