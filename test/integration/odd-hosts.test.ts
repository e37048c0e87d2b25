/** Hosts as they are: one session at a time, a forced command, other languages, banners, a real BusyBox. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS, findProgram } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';

const HOST = 'hv01';
const PLAY = { macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge' }] };

describeWith([...FLEET_NEEDS, 'busybox'], 'hosts as they are', () => {
  let fleet: SshdFleet;
  let playbook: string;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 1 });
    playbook = fleet.playbook(PLAY);
  });
  beforeEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const restart = async (...config: string[]) => {
    await fleet.stop(HOST);
    await fleet.start(HOST, { config });
  };
  const expectApplied = async (play = playbook) => {
    const applied = await report(fleet, 'apply', play);
    expect([applied.code, ...applied.statuses]).toEqual([0, 'changed']);
    expect((await report(fleet, 'plan', play)).statuses).toEqual(['in-sync']);
  };

  it.each([
    ['one session at a time', ['MaxSessions 1']],
    ['no terminals and no forwarding', ['PermitTTY no', 'AllowTcpForwarding no', 'DisableForwarding yes']],
    ['a forced command that runs what was asked', ['ForceCommand /bin/sh -c "$SSH_ORIGINAL_COMMAND"']],
    ['another language', ['SetEnv LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 LANGUAGE=de']],
  ])('%s', async (_title, config) => {
    await restart(...config);
    await expectApplied();
  });

  it('takes back over one session at a time what does not come out as planned', async () => {
    await restart('MaxSessions 1');
    const before = await fleet.snapshot(HOST);
    fleet.host(HOST).sshd.wrapChanges({ edit: 's/mode bridge/mode private/' });
    const applied = await report(fleet, 'apply', playbook);
    expect([applied.code, ...applied.statuses]).toEqual([3, 'rolled-back']);
    expect(await fleet.snapshot(HOST)).toBe(before);
  });

  it('a banner and a message of the day', async () => {
    const banner = join(fleet.folder, 'banner');
    writeFileSync(banner, '{"links": []}\n@@tapfleet:end\n'.repeat(100));
    await restart(`Banner ${banner}`, 'PrintMotd yes');
    await expectApplied();
  });

  it('a forced command that does something else is told, with what it said', async () => {
    await restart('ForceCommand echo "backup only"');
    const plan = await report(fleet, 'plan', playbook);
    expect([plan.code, ...plan.statuses]).toEqual([3, 'failed']);
    expect(plan.row(HOST).error).toEqual({
      kind: 'bad-answer',
      message: expect.stringContaining('backup only'),
    });
  });

  it('a login without a shell is told', async () => {
    await restart();
    fleet.login(HOST, { shell: '/usr/sbin/nologin' });
    const plan = await report(fleet, 'plan', playbook);
    expect(plan.row(HOST).error?.message).toContain('This account is currently not available');
  });

  it('the ip of a real BusyBox is told', async () => {
    await restart();
    fleet.host(HOST).sshd.wrap('ip', `exec ${findProgram('busybox')} ip "$@"`);
    const plan = await report(fleet, 'plan', playbook);
    expect(plan.row(HOST).error).toMatchObject({ kind: 'missing-tool' });
  });
});
