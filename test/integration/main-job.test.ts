/**
 * The whole way on three real hosts: plan, apply, plan again to zero, hosts changed by hand, drift that names every
 * difference with its cause, repair, zero again. Also with each format's promise about bytes and channels.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { expectNothingLeft, report } from '../support/sshd-report.ts';

const PLAY = {
  vars: { uplink: 'eno1' },
  defaults: { lower: '{{ uplink }}', mode: 'bridge' },
  macvtaps: [
    { name: 'web0', mac: '52:54:00:10:00:01', mtu: 1400, alias: 'the shop, 1st' },
    { name: 'web1' },
    { name: 'db0', lower: 'eno2', mode: 'passthru' },
    { name: 'priv0', mode: 'private', txqueuelen: 700, state: 'down' },
    { name: 'src0', mode: 'source', source_macs: ['52:54:00:00:01:02', '52:54:00:00:01:01'] },
  ],
};
const INTERFACES = ['db0', 'priv0', 'src0', 'web0', 'web1'];

describeWith(FLEET_NEEDS, 'plan, apply, drift and repair on three hosts', () => {
  let fleet: SshdFleet;
  let playbook: string;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
    playbook = fleet.playbook(PLAY);
  });
  afterAll(() => fleet?.close());

  it('plans creations and touches nothing', async () => {
    const before = await fleet.snapshot('hv02');
    const plan = await report(fleet, 'plan', playbook);
    expect(plan.code).toBe(0);
    expect(plan.statuses).toEqual(['changes', 'changes', 'changes']);
    expect(plan.report.summary).toMatchObject({ hosts: 3, changes: 3, create: 15, update: 0, delete: 0 });
    expect(plan.row('hv03').changes.map((one) => one.interface)).toEqual(INTERFACES);
    expect((await report(fleet, 'plan', playbook, ['--detailed-exitcode'])).code).toBe(2);
    expect(await fleet.snapshot('hv02')).toBe(before);
  });

  it('touches nothing without a yes, nor with --check', async () => {
    const before = await fleet.snapshot('hv01');
    const asked = await fleet.tapfleet(['apply', playbook, '-i', fleet.inventory()]);
    expect([asked.code, asked.stdout]).toEqual([1, '']);
    expect(asked.stderr).toContain('--yes');
    expect((await report(fleet, 'apply', playbook, ['--check', '--detailed-exitcode'])).code).toBe(2);
    const one = await report(fleet, 'plan', playbook, ['--limit', 'hv03']);
    expect(one.report.hosts.map(({ host }) => host)).toEqual(['hv03']);
    expect(await fleet.snapshot('hv01')).toBe(before);
  });

  it('applies, and a second plan and a second apply find nothing to do', async () => {
    const applied = await report(fleet, 'apply', playbook);
    expect(applied.code).toBe(0);
    expect(applied.statuses).toEqual(['changed', 'changed', 'changed']);
    await expectNothingLeft(fleet, playbook);
    const before = await fleet.snapshot('hv01');
    const again = await report(fleet, 'apply', playbook);
    expect([again.code, again.report.outcome]).toEqual([0, 'in-sync']);
    expect(await fleet.snapshot('hv01')).toBe(before);
    expect((await report(fleet, 'drift', playbook)).code).toBe(0);
  });

  it('has really made what the playbook declares', async () => {
    const links = JSON.parse(await fleet.ip('hv03', '-j', '-d', 'link', 'show', 'type', 'macvtap'));
    const web0 = links.find((link: { ifname: string }) => link.ifname === 'web0');
    expect(web0).toMatchObject({
      link: 'eno1',
      mtu: 1400,
      address: '52:54:00:10:00:01',
      inet6_addr_gen_mode: 'none',
      linkinfo: { info_kind: 'macvtap', info_data: { mode: 'bridge' } },
    });
    expect(web0.flags).toEqual(expect.arrayContaining(['UP', 'ALLMULTI']));
    expect(web0.ifalias).toMatch(/^tapfleet:1 owner=default .* -- the shop, 1st$/);
  });

  it('names what was changed by hand, host by host, field by field, with its cause', async () => {
    const set = (host: string, name: string, ...words: string[]) =>
      fleet.ip(host, 'link', 'set', 'dev', name, ...words);
    await set('hv01', 'web0', 'type', 'macvtap', 'mode', 'vepa');
    await set('hv01', 'web0', 'mtu', '1300');
    await set('hv01', 'web0', 'allmulticast', 'off');
    await set('hv02', 'web1', 'address', '52:54:00:99:00:01');
    await set('hv02', 'src0', 'type', 'macvtap', 'macaddr', 'del', '52:54:00:00:01:02');
    await fleet.ip('hv02', 'link', 'del', 'dev', 'priv0');
    await set('hv03', 'web1', 'alias', '');

    const drift = await report(fleet, 'drift', playbook);
    expect(drift.code).toBe(2);
    expect(drift.statuses).toEqual(['changes', 'changes', 'changes']);
    expect(drift.row('hv01').changes).toMatchObject([
      {
        interface: 'web0',
        action: 'update',
        cause: 'drift',
        fields: [
          { field: 'mode', before: 'vepa', after: 'bridge', forces_replacement: false, cause: 'drift' },
          { field: 'mtu', before: 1300, after: 1400, cause: 'drift' },
          { field: 'allmulticast', before: false, after: true, cause: 'drift' },
        ],
      },
    ]);
    expect(drift.row('hv02').changes).toMatchObject([
      { interface: 'priv0', action: 'create', cause: 'pending' },
      {
        interface: 'src0',
        action: 'update',
        cause: 'drift',
        fields: [{ field: 'source_macs', before: ['52:54:00:00:01:01'], cause: 'drift' }],
      },
      {
        interface: 'web1',
        action: 'update',
        cause: 'drift',
        fields: [{ field: 'mac', before: '52:54:00:99:00:01', cause: 'drift' }],
      },
    ]);
    expect(drift.row('hv03').changes).toMatchObject([
      { interface: 'web1', action: 'update', adopts: true, fields: [{ field: 'mark', before: null }] },
    ]);
  });

  it('says "pending" for what the playbook asks anew and "both" where the host moved as well', async () => {
    const macvtaps = PLAY.macvtaps.map((one) => (one.name === 'web0' ? { ...one, mtu: 1350 } : one));
    const plan = await report(fleet, 'plan', fleet.playbook({ ...PLAY, macvtaps }));
    const causes = (host: string) =>
      plan.change(host, 'web0').fields.map(({ field, cause }) => [field, cause]);
    expect(causes('hv01')).toEqual([
      ['mode', 'drift'],
      ['mtu', 'both'],
      ['allmulticast', 'drift'],
    ]);
    expect(causes('hv02')).toEqual([['mtu', 'pending']]);
  });

  it('repairs the drift and then has nothing left', async () => {
    const applied = await report(fleet, 'apply', playbook);
    expect([applied.code, ...applied.statuses]).toEqual([0, 'changed', 'changed', 'changed']);
    await expectNothingLeft(fleet, playbook);
    expect((await report(fleet, 'drift', playbook)).code).toBe(0);
  });

  it('gives the same bytes for the same state, one JSON value and nothing else', async () => {
    await fleet.ip('hv02', 'link', 'set', 'dev', 'web0', 'mtu', '1200');
    const runs = await Promise.all([1, 2].map(() => report(fleet, 'drift', playbook)));
    expect(runs[0]?.stdout).toBe(runs[1]?.stdout);
    expect(runs[0]?.stdout.trimEnd()).toBe(JSON.stringify(runs[0]?.report, null, 2));
    await report(fleet, 'apply', playbook);
  });

  it('takes one connection with one session, for a plan and for an apply that changes what is there', async () => {
    const sessions = async (work: () => Promise<unknown>) => {
      const since = fleet.names.map((name) => fleet.host(name).sshd.log.length);
      await work();
      return Promise.all(
        fleet.names.map(async (name, n) => {
          const { sshd } = fleet.host(name);
          await sshd.waitForLog(/Disconnected from user|Connection closed by/, since[n]);
          const log = sshd.log.slice(since[n]);
          return [count(log, /^Connection from /gm), count(log, /^Starting session: /gm)];
        }),
      );
    };
    expect(await sessions(() => report(fleet, 'plan', playbook))).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    const changed = fleet.playbook({ ...PLAY, macvtaps: PLAY.macvtaps.slice(0, 4) });
    expect(await sessions(() => report(fleet, 'apply', changed))).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it('reads like a plan for people', async () => {
    const { code, stdout, stderr } = await fleet.tapfleet(['plan', playbook, '-i', fleet.inventory()]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\+ .*src0/);
    expect(stdout).not.toContain('\u001b');
    expect(stderr).not.toMatch(/\bat .*\.(ts|js):\d+/);
  });
});

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
