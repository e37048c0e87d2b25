/** Does it work where every packet takes 200 ms each way and steps take seconds: plan, apply, its confirmation, time-outs that say so? */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { delayingRelay, type Relay } from '../support/delaying-relay.ts';
import { dialInside } from '../support/dial-inside.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { type Reported, report } from '../support/sshd-report.ts';

const HOST = 'hv01';

describeWith(FLEET_NEEDS, 'a host behind a slow link', () => {
  let fleet: SshdFleet;
  let relay: Relay;
  let playbook: string;
  let inventory: string;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 1 });
    const { address, port } = fleet.host(HOST);
    relay = await delayingRelay({ target: () => dialInside(fleet.controller, address, port), delayMs: 200 });
    playbook = fleet.playbook({ hosts: 'all', macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge' }] });
    const [, ...key] = fleet.knownHostsLine(HOST).split(' ');
    const known = fleet.write('known_hosts', [`[${relay.host}]:${relay.port}`, ...key].join(' '));
    inventory = fleet.write(
      'slow.ini',
      [
        `${HOST} ansible_host=${relay.host} ansible_port=${relay.port} ansible_user=root`,
        `${HOST} ansible_ssh_private_key_file=${fleet.identity} ansible_ssh_common_args="-o UserKnownHostsFile=${known}"\n`,
      ].join('\n'),
    );
  });
  beforeEach(() => fleet.reset());
  afterAll(async () => {
    await relay?.close();
    await fleet?.close();
  });

  const run = (command: 'plan' | 'apply', ...args: string[]): Promise<Reported> =>
    report(fleet, command, playbook, args, { inventory, netns: undefined });

  it('plans and applies over one connection each', async () => {
    const before = relay.connections;
    expect((await run('plan', '--connect-timeout', '8')).statuses).toEqual(['changes']);
    const applied = await run('apply', '--connect-timeout', '8');
    expect([applied.code, ...applied.statuses]).toEqual([0, 'changed']);
    expect((await run('plan', '--connect-timeout', '8')).statuses).toEqual(['in-sync']);
    expect(relay.connections - before).toBe(3);
    expect(fleet.transactions(HOST)).toEqual([]);
  });

  it('says that a host did not answer in the time that it was given', async () => {
    const plan = await run('plan', '--connect-timeout', '1');
    expect(plan.row(HOST).error).toEqual({
      kind: 'connect-timeout',
      message: `${relay.host}:${relay.port} did not answer within 1 s`,
    });
  });

  it('confirms a host whose steps took longer than it may be silent before its question', async () => {
    fleet.host(HOST).sshd.wrapChanges({ before: 'sleep 6' });
    expect((await run('apply', '--connect-timeout', '8')).statuses).toEqual(['changed']);
    expect(fleet.transactions(HOST)).toEqual([]);
    expect((await run('plan', '--connect-timeout', '8')).statuses).toEqual(['in-sync']);
  });

  it('tells of a host that takes back what is not confirmed in time', async () => {
    const before = await fleet.snapshot(HOST);
    fleet.host(HOST).sshd.wrapChanges({ before: 'sleep 2' });
    const applied = await run('apply', '--connect-timeout', '8', '--confirm-timeout', '1');
    expect(applied.row(HOST).error?.kind).toBe('not-confirmed');
    expect(await fleet.snapshot(HOST)).toBe(before);
  });
});
