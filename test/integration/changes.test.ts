/**
 * Does every kind of change that a playbook can ask for reach three real hosts, and does a second plan then find
 * nothing? Modes, source lists, addresses that swap, replacements, deletions, adoption.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report, settle } from '../support/sshd-report.ts';

type Declared = Readonly<Record<string, unknown>> & { readonly name: string };

describeWith(FLEET_NEEDS, 'changes of every kind', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const play = (...macvtaps: readonly Declared[]) =>
    fleet.playbook({ defaults: { lower: 'eno1', mode: 'bridge' }, macvtaps });
  const link = async (host: string, name: string) =>
    JSON.parse(await fleet.ip(host, '-j', '-d', 'link', 'show', 'dev', name))[0];

  it('goes through every mode in place', async () => {
    await settle(fleet, play({ name: 'm0', mode: 'vepa' }));
    const { ifindex } = await link('hv01', 'm0');
    for (const mode of ['bridge', 'private', 'source', 'vepa', 'source', 'bridge']) {
      const macs = mode === 'source' ? { source_macs: ['52:54:00:00:02:01'] } : {};
      const applied = await settle(fleet, play({ name: 'm0', mode, ...macs }));
      expect(applied.change('hv01', 'm0').action).toBe('update');
      expect((await link('hv03', 'm0')).linkinfo.info_data.mode).toBe(mode);
    }
    expect((await link('hv01', 'm0')).ifindex).toBe(ifindex);
  });

  it('holds an uplink alone in passthru mode, with and without nopromisc', async () => {
    const own = (await link('hv01', 'eno2')).address;
    const passthru = { name: 'p0', lower: 'eno2', mode: 'passthrough' };
    await settle(fleet, play(passthru, { name: 'b0' }));
    expect(await link('hv01', 'p0')).toMatchObject({ address: own });
    await settle(fleet, play({ ...passthru, nopromisc: true }, { name: 'b0' }));
    expect((await link('hv01', 'p0')).linkinfo.info_data).toMatchObject({
      mode: 'passthru',
      nopromisc: true,
    });
    await settle(fleet, play({ ...passthru, nopromisc: false, mac: '52:54:00:00:03:01' }, { name: 'b0' }));
    expect((await link('hv01', 'eno2')).address).toBe('52:54:00:00:03:01');
    await settle(fleet, play({ name: 'b0' }));
    expect(await link('hv01', 'eno2')).toMatchObject({ address: own, promiscuity: 0 });
  });

  it('changes a source list by what is missing and what is too much', async () => {
    const [a, b, c] = ['52:54:00:00:04:0a', '52:54:00:00:04:0b', '52:54:00:00:04:0c'];
    const source = (source_macs: unknown) => play({ name: 's0', mode: 'source', source_macs });
    await settle(fleet, source([a, b]));
    const applied = await settle(fleet, source([c, b]));
    expect(applied.change('hv02', 's0').fields).toMatchObject([
      { field: 'source_macs', before: [a, b], after: [b, c] },
    ]);
    const { macaddr_data } = (await link('hv02', 's0')).linkinfo.info_data;
    expect([...macaddr_data].sort()).toEqual([b, c]);
    expect((await report(fleet, 'plan', source([c, b].reverse()))).report.outcome).toBe('in-sync');
  });

  it('swaps the addresses of two interfaces that are up, and of three in a circle', async () => {
    const macs = ['52:54:00:00:05:01', '52:54:00:00:05:02', '52:54:00:00:05:03'];
    const turned = (by: number) =>
      play(...[0, 1, 2].map((n) => ({ name: `w${n}`, mac: macs[(n + by) % 3] })));
    await settle(fleet, turned(0));
    const applied = await settle(fleet, turned(1));
    expect(applied.report.summary).toMatchObject({ changed: 3, update: 9, replace: 0 });
    await settle(
      fleet,
      play({ name: 'w0', mac: macs[2] }, { name: 'w1', mac: macs[1] }, { name: 'w2', mac: macs[0] }),
    );
    expect((await link('hv02', 'w0')).address).toBe(macs[2]);
  });

  it('replaces for another lower device, other queues, and into and out of passthru', async () => {
    await settle(fleet, play({ name: 'r0' }, { name: 'q0' }));
    const before = (await link('hv01', 'q0')).ifindex;
    const moved = await settle(fleet, play({ name: 'r0', lower: 'eno2' }, { name: 'q0', queues: 4 }));
    expect(moved.change('hv01', 'r0')).toMatchObject({
      action: 'replace',
      fields: [{ field: 'lower', before: 'eno1', after: 'eno2', forces_replacement: true }],
    });
    expect(moved.change('hv01', 'q0').action).toBe('replace');
    expect(await link('hv01', 'q0')).toMatchObject({ num_tx_queues: 4, num_rx_queues: 4 });
    expect((await link('hv01', 'q0')).ifindex).not.toBe(before);
    for (const mode of ['passthru', 'vepa']) {
      const turned = await settle(fleet, play({ name: 'r0', lower: 'eno2', mode }, { name: 'q0' }));
      expect(turned.change('hv03', 'r0').action).toBe('replace');
    }
  });

  it('gives one interface the name, passthru uplink and address that another leaves', async () => {
    const mac = '52:54:00:00:06:01';
    await settle(fleet, play({ name: 'old0', mac }, { name: 'pt0', lower: 'eno2', mode: 'passthru' }));
    const applied = await settle(
      fleet,
      play({ name: 'new0', mac }, { name: 'pt1', lower: 'eno2', mode: 'passthru' }),
    );
    expect(applied.report.summary).toMatchObject({ create: 6, delete: 6 });
  });

  it('deletes what is owned and no longer declared, and nothing with "prune: none"', async () => {
    await settle(fleet, play({ name: 'a0' }, { name: 'a1' }, { name: 'a2' }, { name: 'a3' }, { name: 'a4' }));
    const kept = fleet.playbook({ prune: 'none', macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge' }] });
    expect((await report(fleet, 'plan', kept)).report.outcome).toBe('in-sync');
    const applied = await settle(fleet, play({ name: 'a0' }));
    expect(applied.report.summary).toMatchObject({ delete: 12, changed: 3 });
    const absent = fleet.playbook({ macvtaps: [{ name: 'a0', state: 'absent' }] });
    expect((await settle(fleet, absent)).report.summary.delete).toBe(3);
    expect(await fleet.ip('hv02', 'link', 'show', 'type', 'macvtap')).toBe('');
  });

  it('leaves a foreign macvtap alone until a play names it, then adopts it', async () => {
    const add = 'link add link eno1 name guest0 address 52:54:00:00:07:01 type macvtap mode private';
    await fleet.ip('hv02', ...add.split(' '));
    const before = await fleet.ip('hv02', '-d', 'link', 'show', 'dev', 'guest0');
    const applied = await settle(fleet, play({ name: 'b0' }));
    expect(applied.row('hv02').changes.map((one) => one.interface)).toEqual(['b0']);
    expect(await fleet.ip('hv02', '-d', 'link', 'show', 'dev', 'guest0')).toBe(before);
    const adopted = await settle(fleet, play({ name: 'b0' }, { name: 'guest0', mac: '52:54:00:00:07:01' }));
    expect(adopted.change('hv02', 'guest0')).toMatchObject({ action: 'update', adopts: true });
    expect((await link('hv02', 'guest0')).ifalias).toMatch(/^tapfleet:1 owner=default /);
  });

  it('gives two owners each their own, and the same bytes whatever the order of the file', async () => {
    const team = (owner: string, ...names: string[]) =>
      fleet.playbook({ owner, macvtaps: names.map((name) => ({ name, lower: 'eno1', mode: 'bridge' })) });
    await settle(fleet, team('red', 'red0', 'red1'));
    await settle(fleet, team('blue', 'blue1', 'blue0'));
    expect((await report(fleet, 'plan', team('red', 'red1', 'red0'))).report.outcome).toBe('in-sync');
    // Where each is declared is another place each time.
    const bytes = async (...names: string[]) =>
      (await report(fleet, 'plan', team('red', ...names))).stdout.replace(/"declared_at": \{[^}]*\}/g, '');
    expect(await bytes('x2', 'x0', 'x1')).toBe(await bytes('x0', 'x1', 'x2'));
  });
});
