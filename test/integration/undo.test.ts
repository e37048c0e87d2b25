/** The way back of a run: what the run did and nothing else, under the guards and limits that the run had. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { shardOf } from '../../src/planning/shard.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';

const MAC = '52:54:00:10:00:77';
const web0 = (more: object = {}) => ({ name: 'web0', lower: 'eno1', mode: 'bridge', mac: MAC, ...more });

describeWith(FLEET_NEEDS, 'undo', () => {
  let fleet: SshdFleet;
  let folder: string;
  let runs = 0;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 4 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const apply = (...plays: object[]) =>
    report(fleet, 'apply', fleet.playbook(...(plays as Record<string, unknown>[])), ['--record', folder]);
  /** Two applies, of which the second is to be undone: its name. */
  async function twice(first: object, second: object): Promise<string> {
    folder = join(fleet.folder, `undo-${++runs}`);
    await apply(first);
    expect((await apply(second)).statuses).not.toContain('failed');
    return lastRun();
  }
  const lastRun = async () =>
    JSON.parse((await fleet.tapfleet(['runs', '--record', folder, '--format', 'json'])).stdout)[0].run;
  async function undo(run: string, ...args: string[]) {
    const inventory = args.includes('-i') ? [] : ['-i', fleet.inventory()];
    const argv = ['undo', run, ...inventory, '--record', folder, '--format', 'json', ...args];
    const { code, stdout, stderr } = await fleet.tapfleet(argv);
    const read: Report = JSON.parse(stdout);
    return { code, stderr, report: read, statuses: read.hosts.map(({ status }) => status) };
  }
  const plan = async (play: Record<string, unknown>) =>
    (await report(fleet, 'plan', fleet.playbook(play))).row('hv01');
  const link = async (host: string, name: string) =>
    JSON.parse(await fleet.ip(host, '-j', '-d', 'link', 'show', 'dev', name))[0];

  it('does not make an interface anew that the run only updated and somebody has deleted since', async () => {
    const run = await twice({ macvtaps: [web0()] }, { macvtaps: [web0({ mtu: 1400 })] });
    await fleet.ip('hv01', 'link', 'del', 'dev', 'web0');
    const back = await undo(run, '--yes');
    expect([back.code, ...back.statuses]).toEqual([0, 'in-sync', 'changed', 'changed', 'changed']);
    expect(back.report.hosts[0]?.warnings).toEqual([
      'web0: the run only changed it, and it has been deleted since: it is not made anew',
    ]);
    await expect(link('hv01', 'web0')).rejects.toThrow(/does not exist/);
  });

  it('brings back everything that a deleted or replaced interface had', async () => {
    const had = web0({ mtu: 1400, txqueuelen: 700, state: 'down' });
    const run = await twice(
      { macvtaps: [had, { ...had, name: 'web1', mac: '52:54:00:10:00:78' }] },
      { macvtaps: [{ name: 'web1', lower: 'eno2', mode: 'private' }] },
    );
    await fleet.ip('hv01', 'link', 'del', 'dev', 'web1');
    const back = await undo(run, '--yes');
    expect([back.code, back.report.hosts[0]?.error]).toEqual([0, undefined]);
    for (const [name, mac] of [
      ['web0', MAC],
      ['web1', '52:54:00:10:00:78'],
    ] as const) {
      expect(await link('hv01', name)).toMatchObject({
        address: mac,
        link: 'eno1',
        mtu: 1400,
        txqlen: 700,
        inet6_addr_gen_mode: 'none',
        flags: expect.not.arrayContaining(['UP']),
      });
    }
  });

  it('leaves an interface that somebody has made in the place of one that the run deleted', async () => {
    const run = await twice({ macvtaps: [web0()] }, { macvtaps: [web0({ state: 'absent' })] });
    const add = ['link', 'add', 'link', 'eno2', 'name', 'web0', 'type', 'macvtap', 'mode', 'vepa'];
    await fleet.ip('hv01', ...add);
    const there = await link('hv01', 'web0');
    const back = await undo(run, '--yes');
    expect([back.code, ...back.statuses]).toEqual([0, 'in-sync', 'changed', 'changed', 'changed']);
    expect(back.report.hosts[0]?.warnings).toEqual([
      'web0: the run deleted it, and it has been made anew since: it stays as it is',
    ]);
    expect(await link('hv01', 'web0')).toEqual(there);
  });

  it('puts back the fields that the run changed, and none that somebody has changed since', async () => {
    const before = { macvtaps: [web0({ mtu: 1500, txqueuelen: 800 })] };
    const run = await twice(before, { macvtaps: [web0({ mtu: 1400, txqueuelen: 900 })] });
    await fleet.ip('hv01', 'link', 'set', 'dev', 'web0', 'type', 'macvtap', 'mode', 'vepa');
    await fleet.ip('hv01', 'link', 'set', 'dev', 'web0', 'down');
    await fleet.ip('hv01', 'link', 'set', 'dev', 'web0', 'txqueuelen', '333');
    const back = await undo(run, '--yes');
    expect(back.code).toBe(0);
    const row = back.report.hosts[0];
    expect(row?.changes[0]?.fields.map(({ field, before: from, after }) => [field, from, after])).toEqual([
      ['mtu', 1400, 1500],
    ]);
    expect(row?.warnings).toEqual(['web0: txqueuelen has been changed since, from 900 to 333: it stays']);
    const left = await plan(before);
    expect(left.changes[0]?.fields.map(({ field, cause }) => `${field} ${cause}`)).toEqual([
      'mode drift',
      'txqueuelen drift',
      'state drift',
    ]);
  });

  it('leaves what a later run has changed, and what its mark says of it', async () => {
    const run = await twice({ macvtaps: [web0({ mtu: 1500 })] }, { macvtaps: [web0({ mtu: 1400 })] });
    await apply({ macvtaps: [web0({ mtu: 1400, mode: 'vepa', txqueuelen: 900 })] });
    expect((await undo(run, '--yes')).code).toBe(0);
    expect(await link('hv01', 'web0')).toMatchObject({
      mtu: 1500,
      txqlen: 900,
      linkinfo: { info_data: { mode: 'vepa' } },
    });
    const left = await plan({ macvtaps: [web0({ mtu: 1500, mode: 'vepa', txqueuelen: 1000 })] });
    expect(left.changes[0]?.fields.map(({ field, cause }) => `${field} ${cause}`)).toEqual([
      'txqueuelen pending',
    ]);
  });

  it('gives an idle tap no IPv6 port where the MTU comes back over 1280', async () => {
    const run = await twice({ macvtaps: [web0()] }, { macvtaps: [web0({ mtu: 1000 })] });
    expect((await undo(run, '--yes')).code).toBe(0);
    expect(await link('hv01', 'web0')).toMatchObject({ mtu: 1500, inet6_addr_gen_mode: 'none' });
  });

  it('brings the list of allowed addresses back with source mode', async () => {
    const source = web0({ mode: 'source', source_macs: ['52:54:00:00:00:01', '52:54:00:00:00:02'] });
    const run = await twice({ macvtaps: [source] }, { macvtaps: [web0()] });
    expect((await undo(run, '--yes')).code).toBe(0);
    expect((await plan({ macvtaps: [source] })).status).toBe('in-sync');
  });

  it('takes a part of the hosts with --shard', async () => {
    const run = await twice({ macvtaps: [web0()] }, { macvtaps: [web0({ mtu: 1400 })] });
    const found = await undo(run, '--check', '--shard', '1/2');
    const mine = fleet.names.filter((name) => shardOf(name, 2) === 1);
    expect(found.report.hosts.map(({ host }) => host)).toEqual(mine);
    expect(found.report.shard).toMatchObject({
      index: 1,
      count: 2,
      positions: mine.map((name) => fleet.names.indexOf(name)),
    });
  });

  it('goes through the hosts as the run did: batches, budget and throttle', async () => {
    const run = await twice(
      { macvtaps: [web0()] },
      { macvtaps: [web0({ mtu: 1400 })], serial: 1, any_errors_fatal: true },
    );
    await fleet.stop('hv02');
    const back = await undo(run, '--yes', '--retries', '0');
    expect([back.code, ...back.statuses]).toEqual([4, 'changed', 'unreachable', 'skipped', 'skipped']);
    await fleet.start('hv02');

    const events = join(folder, 'events');
    const racked = fleet.playbook({
      macvtaps: [web0({ mtu: 1450 })],
      vars: { rack: 'r1' },
      throttle_by: { var: 'rack', limit: 1 },
    });
    await report(fleet, 'apply', racked, ['--record', folder]);
    expect((await undo('last', '--yes', '--events', events)).statuses).toEqual(Array(4).fill('changed'));
    expect(hostsAtOnce(events)).toBe(1);
  });

  it('fails where it cannot undo all: hosts that the inventory does not have, and what was not written down', async () => {
    const run = await twice({ macvtaps: [web0()] }, { macvtaps: [web0({ mtu: 1400 })] });
    const inventory = fleet.write(
      'one.yaml',
      readFileSync(fleet.inventory(), 'utf8')
        .replace(/"hv0[34]": \{[^}]*\},?/g, '')
        .replace(/,(\s*\})/g, '$1'),
    );
    const back = await undo(run, '--yes', '-i', inventory);
    expect([back.code, ...back.statuses]).toEqual([3, 'changed', 'changed', 'refused', 'refused']);
    expect(back.report.hosts[2]?.error).toEqual({
      kind: 'cannot-undo',
      message: expect.stringMatching(/inventory does not have/),
    });
    const limited = await undo(run, '--yes', '-i', inventory, '--limit', 'hv01');
    expect([limited.code, ...limited.statuses]).toEqual([0, 'in-sync']);
  });

  it('undoes what it can of a host, and fails for the rest', async () => {
    const quoted = async (host: string) => {
      await fleet.ip(
        host,
        'link',
        'add',
        'link',
        'eno2',
        'name',
        'hand0',
        'type',
        'macvtap',
        'mode',
        'bridge',
      );
      await fleet.ip(host, 'link', 'set', 'dev', 'hand0', 'alias', 'made "by hand"');
    };
    await quoted('hv01');
    const hand0 = { name: 'hand0', lower: 'eno2', mode: 'bridge' };
    folder = join(fleet.folder, `undo-${++runs}`);
    await apply({ hosts: 'hv01', macvtaps: [hand0, web0()] });
    const back = await undo('last', '--yes');
    expect([back.code, ...back.statuses]).toEqual([3, 'failed']);
    const [row] = back.report.hosts;
    expect(row?.changes.map((one) => `${one.interface} ${one.action} ${one.result}`)).toEqual([
      'web0 delete done',
    ]);
    expect(row?.error).toMatchObject({ kind: 'cannot-undo', interface: 'hand0' });
  });
});

/** The most hosts that were begun and not finished. */
function hostsAtOnce(events: string): number {
  let now = 0;
  let most = 0;
  for (const line of readFileSync(events, 'utf8').split('\n').filter(Boolean)) {
    const { event } = JSON.parse(line);
    if (event === 'host-started') most = Math.max(most, ++now);
    if (event === 'host-finished') now--;
  }
  return most;
}
