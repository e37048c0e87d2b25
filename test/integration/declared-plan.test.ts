/** A saved plan that somebody else may have made: applied where it is what these playbooks declare, and nowhere else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { SavedPlan } from '../../src/model/plan-file.ts';
import { planFileText } from '../../src/plan-file/write.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';

const tap = (name: string, more: object = {}) => ({ name, lower: 'eno1', mode: 'bridge', ...more });

describeWith(FLEET_NEEDS, 'a saved plan with --declared-by', () => {
  let fleet: SshdFleet;
  let playbook: string;
  let inventory: string;
  let file: string;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 2 });
    inventory = fleet.inventory();
    playbook = join(fleet.folder, 'site.json');
    file = join(fleet.folder, 'plan.json');
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const declare = (...macvtaps: object[]) => {
    writeFileSync(playbook, JSON.stringify([{ hosts: 'hypervisors', serial: 1, macvtaps }]));
  };
  const plan = (...args: string[]) =>
    report(fleet, 'plan', playbook, ['--out', file, ...args], { inventory });
  const apply = async (...args: string[]) => {
    const given = ['apply', file, '--declared-by', playbook, '-i', inventory, '--format', 'json', ...args];
    const { code, stdout, stderr } = await fleet.tapfleet(given);
    const statuses = code === 1 ? [] : JSON.parse(stdout).hosts.map((one: { status: string }) => one.status);
    return { code, stderr, statuses };
  };
  /** What somebody makes of a plan who knows how it is sealed. */
  const forge = (change: (plan: SavedPlan) => Omit<SavedPlan, 'digest'>) => {
    const { digest: _old, ...forged } = { digest: '', ...change(JSON.parse(readFileSync(file, 'utf8'))) };
    writeFileSync(file, planFileText(forged));
  };

  it('is applied where it is what they come to', async () => {
    declare(tap('a0', { alias: 'first' }), tap('b0', { state: 'absent' }));
    await plan();
    expect(await apply()).toMatchObject({ code: 0, statuses: ['changed', 'changed'] });
    expect(await fleet.ip('hv02', 'link', 'show', 'dev', 'a0')).toContain('a0@eno1');
  });

  it('is refused where they come to something else by now, and no host is touched', async () => {
    declare(tap('a0'));
    await plan();
    declare(tap('a0', { mtu: 1400 }));
    const before = await fleet.snapshot('hv01');
    expect(await apply()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is not what .*site.json declares: .* something else of "hv01"/),
    });
    // Declared absent on hosts that do not have it: no host is due, and the plan is another all the same.
    declare(tap('a0'), tap('b0', { state: 'absent' }));
    expect((await apply()).code).toBe(1);
    expect(await fleet.snapshot('hv01')).toBe(before);
  });

  it('is refused where somebody made it do more, sealed anew', async () => {
    declare(tap('a0'));
    await plan();
    const whole = readFileSync(file, 'utf8');
    const forgeries: [(plan: SavedPlan) => Omit<SavedPlan, 'digest'>, RegExp][] = [
      [
        (made) => JSON.parse(JSON.stringify(made).replaceAll('"mode":"bridge"', '"mode":"vepa"')),
        /something else of "hv01"/,
      ],
      [
        (made) => JSON.parse(JSON.stringify(made).replaceAll('"host":"hv02"', '"host":"hv09"')),
        /nothing of "hv09"/,
      ],
      [(made) => ({ ...made, allow_disruption: true }), /made with --allow-disruption/],
      [(made) => ({ ...made, allow_lockout: true }), /made with --allow-lockout/],
      [(made) => ({ ...made, max_delete: 99 }), /made with --max-delete 99/],
      [
        (made) => ({ ...made, rollouts: made.rollouts.map((one) => ({ ...one, serial: [] })) }),
        /other batches/,
      ],
    ];
    for (const [change, words] of forgeries) {
      writeFileSync(file, whole);
      forge(change);
      expect(readFileSync(file, 'utf8')).not.toBe(whole);
      expect(await apply()).toMatchObject({ code: 1, stderr: expect.stringMatching(words) });
    }
  });

  it('does no steps but those that the declarations take, whatever the file says', async () => {
    declare(tap('a0'));
    await plan();
    forge((made) => ({
      ...made,
      hosts: made.hosts.map((host) => ({ ...host, batch: 'link set dev eno2 down\n' })),
    }));
    // One at a time: the second is not begun.
    expect(await apply()).toMatchObject({ code: 3, statuses: ['refused', 'skipped'] });
    expect(await fleet.ip('hv01', 'link', 'show', 'dev', 'eno2')).toContain('UP');
  });

  it('goes with the options that the plan was made with, said again', async () => {
    declare(tap('a0'), tap('b0'));
    const how = ['--limit', 'hv02', '-e', 'x=1', '--allow-disruption', '--max-delete', '3'];
    await plan(...how);
    expect((await apply()).code).toBe(1);
    expect(await apply(...how)).toMatchObject({ code: 0, statuses: ['changed'] });
  });

  it('means nothing for a playbook', async () => {
    declare(tap('a0'));
    const { code, stderr } = await fleet.tapfleet([
      'apply',
      playbook,
      '-y',
      '-i',
      inventory,
      '--declared-by',
      playbook,
    ]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('--declared-by is for a saved plan')]);
  });
});
