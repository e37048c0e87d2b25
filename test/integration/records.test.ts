/** What a run leaves behind: who is due again, and the way back as a whole. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';
import { whenWritten } from '../support/when-written.ts';

const tap = (name: string, more: object = {}) => ({ name, lower: 'eno1', mode: 'bridge', ...more });

describeWith(FLEET_NEEDS, 'run records', () => {
  let fleet: SshdFleet;
  let folder: string;
  let runs = 0;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const fresh = () => {
    folder = join(fleet.folder, `runs-${++runs}`);
    return ['--record', folder];
  };
  const undo = (run: string, ...args: string[]) =>
    fleet.tapfleet(['undo', run, '-i', fleet.inventory(), '--record', folder, '--format', 'json', ...args]);
  const snapshots = () => Promise.all(fleet.names.map((name) => fleet.snapshot(name)));

  it('puts back what a run created, updated, replaced, deleted and adopted, and can be undone itself', async () => {
    const first = fleet.playbook({
      macvtaps: [
        tap('keep0', { mtu: 1400 }),
        tap('mode0'),
        tap('gone0', { alias: 'of "no" use'.replaceAll('"', '') }),
      ],
    });
    await report(fleet, 'apply', first, fresh());
    await fleet.ip(
      'hv02',
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
    await fleet.ip('hv02', 'link', 'set', 'dev', 'hand0', 'alias', 'made by hand');
    const before = await snapshots();

    const second = fleet.playbook(
      {
        macvtaps: [
          tap('keep0', { mtu: 1450, txqueuelen: 900 }),
          tap('mode0', { lower: 'eno2', mode: 'passthru' }),
          tap('new0'),
        ],
        hosts: 'hv01,hv03',
      },
      { macvtaps: [tap('hand0', { lower: 'eno2', mtu: 1300 })], hosts: 'hv02', prune: 'none' },
    );
    const applied = await report(fleet, 'apply', second, ['--record', folder]);
    expect(applied.statuses).toEqual(['changed', 'changed', 'changed']);
    expect(applied.stderr).toMatch(/written down in .*; "tapfleet undo last" puts back/);
    const after = await snapshots();

    const check = await undo('last', '--check', '--detailed-exitcode');
    expect(check.code).toBe(2);
    expect(JSON.parse(check.stdout).summary).toMatchObject({ changes: 3 });
    const back = await undo('last', '--yes');
    expect([back.code, back.stderr]).toEqual([0, expect.stringMatching(/written down/)]);
    // What is deleted and made again has another index, which the kernel chooses.
    const withoutIndex = (all: readonly string[]) =>
      all.map((one) =>
        one
          .replace(/^\d+: | qdisc \S+/gm, '')
          .split('\n')
          .sort(),
      );
    expect(withoutIndex(await snapshots())).toEqual(withoutIndex(before));

    const list = await fleet.tapfleet(['runs', '--record', folder, '--format', 'json']);
    const [undone, second1] = JSON.parse(list.stdout);
    expect(undone).toMatchObject({ command: 'undo', undoes: second1.run, interrupted: false });
    const again = await undo(undone.run, '--yes');
    expect(again.code).toBe(0);
    expect(withoutIndex(await snapshots())).toEqual(withoutIndex(after));
    const text = await fleet.tapfleet(['runs', '--record', folder]);
    expect(text.stdout.split('\n').filter(Boolean)).toHaveLength(4);
    expect(text.stdout).toContain(`undo of ${second1.run}`);
  });

  it('guards an undo as anything else', async () => {
    await report(fleet, 'apply', fleet.playbook({ macvtaps: [tap('held0')] }), fresh());
    const open = await fleet.openTap('hv01', 'held0');
    const back = await undo('last', '--yes');
    expect(back.code).toBe(3);
    const [hv01, hv02] = JSON.parse(back.stdout).hosts;
    expect([hv01.status, hv01.error.kind, hv02.status]).toEqual(['refused', 'disruption', 'changed']);
    await open.close();
  });

  it('leaves alone what came after the run', async () => {
    await report(fleet, 'apply', fleet.playbook({ macvtaps: [tap('mine0')] }), fresh());
    await fleet.ip('hv01', 'link', 'del', 'dev', 'mine0');
    await fleet.ip(
      'hv01',
      'link',
      'add',
      'link',
      'eno2',
      'name',
      'mine0',
      'type',
      'macvtap',
      'mode',
      'bridge',
    );
    const before = await fleet.snapshot('hv01');
    const back = await undo('last', '--yes');
    expect(JSON.parse(back.stdout).hosts.map(({ status }: { status: string }) => status)).toEqual([
      'in-sync',
      'changed',
      'changed',
    ]);
    expect(await fleet.snapshot('hv01')).toBe(before);
  });

  it('takes the hosts again that failed, and no other', async () => {
    const playbook = fleet.playbook({ macvtaps: [tap('a0')] });
    await fleet.stop('hv02');
    const first = await report(fleet, 'apply', playbook, [...fresh(), '--retries', '0']);
    expect(first.statuses).toEqual(['changed', 'unreachable', 'changed']);
    await fleet.start('hv02');
    const rerun = await report(fleet, 'apply', playbook, ['--record', folder, '--rerun', 'failed']);
    expect([rerun.code, ...rerun.report.hosts.map(({ host, status }) => `${host} ${status}`)]).toEqual([
      0,
      'hv02 changed',
    ]);
    expect(rerun.stderr).toContain('--rerun failed: 1 of 3 hosts');
    const nobody = await report(fleet, 'apply', playbook, ['--record', folder, '--rerun', 'failed']);
    expect([nobody.code, nobody.report.hosts]).toEqual([0, []]);
  });

  it('remembers who failed, whatever was run since, until the same playbooks have reached them', async () => {
    const playbook = fleet.playbook({ macvtaps: [tap('a0')] });
    const other = fleet.playbook({ macvtaps: [tap('b0')], hosts: 'hv01', owner: 'other' });
    await fleet.stop('hv02');
    await fleet.stop('hv03');
    await report(fleet, 'apply', playbook, [...fresh(), '--retries', '0']);
    await fleet.start('hv02');
    await fleet.start('hv03');
    await report(fleet, 'apply', other, ['--record', folder]);
    await undo('last', '--yes');
    const rerun = (...args: string[]) =>
      report(fleet, 'apply', playbook, ['--record', folder, '--rerun', 'failed', ...args]);
    const checked = await rerun('--check');
    expect(checked.report.hosts.map(({ host }) => host)).toEqual(['hv02', 'hv03']);
    expect(checked.stderr).toMatch(/warning: the last run, [\w-]+, is the undo of .*: --rerun takes/);
    expect(checked.stderr).toMatch(/--rerun failed: 2 of 3 hosts, after the run [\w-]+\n/);

    const first = await rerun('--limit', 'hv02');
    expect([first.code, ...first.report.hosts.map(({ host }) => host)]).toEqual([0, 'hv02']);
    expect(first.stderr).toContain('--rerun failed: 1 of 1 host,');
    const rest = await rerun();
    expect([rest.code, ...rest.report.hosts.map(({ host }) => host)]).toEqual([0, 'hv03']);
    expect(rest.stderr).not.toContain('warning');
    expect((await rerun()).report.hosts).toEqual([]);

    const unknown = fleet.playbook({ macvtaps: [tap('c0')] });
    const args = ['apply', unknown, '-i', fleet.inventory(), '--yes', '--record', folder];
    const { code, stderr } = await fleet.tapfleet([...args, '--rerun', 'failed']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('--rerun: no run of ')]);
  });

  it('reports the parts of a rerun as reports that can be merged', async () => {
    const playbook = fleet.playbook({ macvtaps: [tap('a0')] });
    for (const host of fleet.names) await fleet.stop(host);
    await report(fleet, 'apply', playbook, [...fresh(), '--retries', '0']);
    for (const host of fleet.names) await fleet.start(host);
    const files: string[] = [];
    const hosts: string[] = [];
    for (const part of ['1/2', '2/2']) {
      const args = ['--record', folder, '--rerun', 'failed', '--shard', part];
      const rerun = await report(fleet, 'apply', playbook, args);
      files.push(fleet.write('part.json', rerun.stdout));
      hosts.push(...rerun.report.hosts.map(({ host }) => host));
    }
    const merged = await fleet.tapfleet(['merge', ...files, '--format', 'json']);
    expect([merged.code, merged.stderr]).toEqual([0, '']);
    expect(JSON.parse(merged.stdout).hosts.map(({ host }: { host: string }) => host)).toEqual(hosts);
    expect(hosts.sort()).toEqual(fleet.names);
  });

  it('takes the hosts again that a spent budget passed over', async () => {
    const playbook = fleet.playbook({ macvtaps: [tap('a0')], serial: 1 });
    await fleet.stop('hv01');
    await report(fleet, 'apply', playbook, [...fresh(), '--retries', '0']);
    await fleet.start('hv01');
    const rerun = await report(fleet, 'apply', playbook, ['--record', folder, '--rerun', 'unfinished']);
    expect(rerun.statuses).toEqual(['changed', 'changed', 'changed']);
  });

  it('has written what was done when it was killed', async () => {
    fresh();
    const playbook = fleet.playbook({ macvtaps: [tap('a0')] });
    fleet.host('hv02').sshd.wrapChanges({ before: 'sleep 30' });
    const args = ['apply', playbook, '-i', fleet.inventory(), '--yes', '--record', folder, '--forks', '1'];
    let kill = () => {};
    const running = fleet.tapfleet([...args, '--confirm-timeout', '2'], {
      started: (child) => {
        kill = () => child.kill('SIGKILL');
      },
    });
    await whenWritten(folder, '"row":{"host":"hv01"');
    kill();
    await running;
    const list = JSON.parse((await fleet.tapfleet(['runs', '--record', folder, '--format', 'json'])).stdout);
    expect(list).toMatchObject([{ ended: null, summary: { hosts: 1, changed: 1 } }]);
    const rerun = JSON.parse(
      (
        await fleet.tapfleet([
          'apply',
          playbook,
          '-i',
          fleet.inventory(),
          '--check',
          '--format',
          'json',
          '--rerun',
          'unfinished',
          '--record',
          folder,
        ])
      ).stdout,
    );
    expect(rerun.hosts.map(({ host }: { host: string }) => host)).toEqual(['hv02', 'hv03']);
    await fleet.idle('hv02');
  });

  it('says what is no record, and writes files that nobody else may read', async () => {
    await report(fleet, 'apply', fleet.playbook({ macvtaps: [tap('a0')] }), fresh());
    const [name = ''] = readdirSync(folder);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const text = readFileSync(join(folder, name), 'utf8');
    const broken = join(folder, 'broken');
    for (const [content, words] of [
      ['', /no first line/],
      ['{"record":"host"}\n', /line 1 is no line of a run record/],
      [text.replace('"format_version":"1.0"', '"format_version":"9.0"'), /format 9.0/],
    ] as const) {
      writeFileSync(broken, content);
      const { code, stderr } = await undo(broken, '--yes');
      expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
    }
    const { code, stderr } = await undo('20200101-000000000-abcdef', '--yes');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/there is no run "20200101-000000000-abcdef".*\n.*tapfleet runs/),
    ]);
  });
});
