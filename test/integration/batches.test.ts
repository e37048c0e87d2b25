/** An apply that goes through real hosts in batches, and no further than its failure budget. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';

const TAPS = { macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge' }] };

describeWith(FLEET_NEEDS, 'batches', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
  });
  beforeEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  it('touches nobody behind a canary that cannot be reached', async () => {
    await fleet.stop('hv01');
    const before = [await fleet.snapshot('hv02'), await fleet.snapshot('hv03')];
    const playbook = fleet.playbook({ ...TAPS, name: 'taps', serial: [1, '100%'] });
    const applied = await report(fleet, 'apply', playbook);
    expect([applied.code, ...applied.statuses]).toEqual([4, 'unreachable', 'skipped', 'skipped']);
    expect([await fleet.snapshot('hv02'), await fleet.snapshot('hv03')]).toEqual(before);
    const text = await fleet.tapfleet(['apply', playbook, '-i', fleet.inventory(), '--yes']);
    expect(text.stdout).toContain('skipped: 1 of 1 host of a batch failed in the play "taps"');
  });

  it('begins with the host that the order puts first', async () => {
    await fleet.stop('hv03');
    const playbook = fleet.playbook({ ...TAPS, serial: 1, order: 'reverse', any_errors_fatal: true });
    const applied = await report(fleet, 'apply', playbook);
    expect(applied.statuses).toEqual(['skipped', 'skipped', 'unreachable']);
  });

  it('bears what the budget allows', async () => {
    await fleet.stop('hv02');
    const playbook = fleet.playbook({ ...TAPS, serial: '100%', max_fail_percentage: 50 });
    const applied = await report(fleet, 'apply', playbook);
    expect([applied.code, ...applied.statuses]).toEqual([4, 'changed', 'unreachable', 'changed']);
  });

  it('never has two hosts of one group at work', async () => {
    const inventory = fleet.inventory({ rack: 'r1' });
    for (const name of fleet.names) {
      const { sshd } = fleet.host(name);
      // Whoever finds another at work says so.
      sshd.wrapChanges({
        before: `mkdir ${fleet.folder}/busy || touch ${fleet.folder}/together; sleep 0.2; rmdir ${fleet.folder}/busy`,
      });
    }
    const play = { ...TAPS, throttle_by: { var: 'rack', limit: 1 } };
    const applied = await report(fleet, 'apply', fleet.playbook(play), [], { inventory });
    expect(applied.statuses).toEqual(['changed', 'changed', 'changed']);
    expect((await fleet.exec('hv01', ['ls', fleet.folder])).stdout).not.toContain('together');
  });
});
