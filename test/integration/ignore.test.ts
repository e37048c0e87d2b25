/** What a play leaves to others, on real hosts: left alone, counted everywhere, and no drift; the rest is as declared. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report, settle } from '../support/sshd-report.ts';

const tap = (name: string, more: object = {}) => ({ name, lower: 'eno1', mode: 'bridge', ...more });
const TAPS = [tap('web0', { mtu: 1400, txqueuelen: 500 }), tap('db0')];

describeWith(FLEET_NEEDS, 'a play with ignore rules', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 2 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const tuned = async (host: string) =>
    fleet.ip(host, 'link', 'set', 'dev', 'web0', 'txqueuelen', '77', 'mtu', '1300');

  it('leaves those fields, sets the others, and calls what is left no drift', async () => {
    await settle(fleet, fleet.playbook({ macvtaps: TAPS }));
    await tuned('hv01');
    const playbook = fleet.playbook({
      ignore: [{ interfaces: 'web*', fields: ['txqueuelen'] }],
      macvtaps: TAPS,
    });
    const drifted = await report(fleet, 'drift', playbook);
    expect([drifted.code, ...drifted.statuses]).toEqual([2, 'changes', 'in-sync']);
    expect(drifted.change('hv01', 'web0').fields.map(({ field }) => field)).toEqual(['mtu']);
    expect(drifted.row('hv01').ignored).toMatchObject([
      { interface: 'web0', action: 'update', fields: [{ field: 'txqueuelen', before: 77, after: 500 }] },
    ]);
    expect((await report(fleet, 'apply', playbook)).statuses).toEqual(['changed', 'in-sync']);
    expect(await fleet.ip('hv01', 'link', 'show', 'dev', 'web0')).toMatch(/mtu 1400 .*qlen 77/);
    const after = await report(fleet, 'drift', playbook);
    expect([after.code, after.report.summary.ignored]).toEqual([0, 1]);
    // On the day that the rule goes it is drift again.
    const strict = await report(fleet, 'drift', fleet.playbook({ macvtaps: TAPS }));
    expect(strict.change('hv01', 'web0')).toMatchObject({
      cause: 'drift',
      fields: [{ field: 'txqueuelen' }],
    });
  });

  it('counts what is left in the text, lists it with -v, and warns of a rule for nothing', async () => {
    await settle(fleet, fleet.playbook({ macvtaps: TAPS }));
    await tuned('hv01');
    const ignore = [
      { interfaces: ['web0'], fields: ['txqueuelen', 'mtu'] },
      { interfaces: 'nothing*', fields: ['mtu'] },
    ];
    const playbook = fleet.playbook({ ignore, macvtaps: TAPS });
    const page = join(fleet.folder, 'page.md');
    const argv = ['drift', playbook, '-i', fleet.inventory()];
    const short = await fleet.tapfleet([...argv, '--report', `markdown=${page}`]);
    expect([short.code, short.stdout]).toEqual([0, expect.stringMatching(/2 differences ignored/)]);
    expect(short.stderr).toMatch(/"nothing\*"/);
    expect(readFileSync(page, 'utf8')).toMatch(/2 differences ignored/);
    const long = await fleet.tapfleet([...argv, '-v']);
    expect(long.stdout).toMatch(/mtu .*1300.*1400[\s\S]*txqueuelen .*77.*500/);
  });

  it('without fields leaves a whole interface: neither made, nor changed, nor deleted', async () => {
    await settle(fleet, fleet.playbook({ macvtaps: TAPS }));
    await fleet.ip('hv01', 'link', 'del', 'dev', 'db0');
    await tuned('hv02');
    const before = await fleet.snapshot('hv02');
    const left = fleet.playbook({
      ignore: [{ interfaces: ['web0', 'db?'] }],
      macvtaps: [tap('db0'), tap('new0')],
    });
    const applied = await report(fleet, 'apply', left);
    expect(applied.statuses).toEqual(['changed', 'changed']);
    expect(applied.row('hv01').ignored?.map(({ interface: name, action }) => `${action} ${name}`)).toEqual([
      'create db0',
      'delete web0',
    ]);
    expect(await fleet.ip('hv01', 'link', 'show')).not.toContain('db0');
    await fleet.ip('hv02', 'link', 'del', 'dev', 'new0');
    expect(await fleet.snapshot('hv02')).toBe(before);
  });
});
