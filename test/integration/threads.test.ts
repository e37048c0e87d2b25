/** Do threads that share the hosts of a run change anything but how long it takes? Over real sshd hosts. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { atTerminal } from '../support/at-terminal.ts';
import { runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { must } from '../support/sshd-commands.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';

const THREADS = ['--threads', '2'];
const PASSPHRASE = 'geheim';

describeWith([...FLEET_NEEDS, 'script'], 'threads', () => {
  let fleet: SshdFleet;
  let playbook: string;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 4 });
    playbook = fleet.playbook({ macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge' }] });
    // For the bastion: a jump takes the user's own.
    mkdirSync(join(fleet.folder, '.ssh'));
    copyFileSync(fleet.identity, join(fleet.folder, '.ssh', 'id_ed25519'));
    copyFileSync(fleet.knownHosts, join(fleet.folder, '.ssh', 'known_hosts'));
  });
  beforeEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  it.each(['text', 'json', 'markdown', 'html', 'junit'])('%s has the same bytes', async (format) => {
    await fleet.stop('hv03');
    await fleet.ip('hv02', 'link', 'add', 'link', 'eno1', 'name', 'a0', 'type', 'macvtap');
    const run = async (threads: string) => {
      const argv = ['plan', playbook, '-i', fleet.inventory(), '--format', format, '-v'];
      return fleet.tapfleet([...argv, '--retries', '0', '--threads', threads]);
    };
    const [alone, shared] = [await run('0'), await run('3')];
    expect(alone.code).toBe(4);
    expect([shared.code, shared.stdout]).toEqual([alone.code, alone.stdout]);
  });

  it('change hosts, batch after batch, and what fails fails in its row', async () => {
    fleet.host('hv02').sshd.wrapChanges({ before: 'echo "Command failed -:1" >&2; exit 1' });
    const batches = fleet.playbook({ serial: 2, macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge' }] });
    const applied = await report(fleet, 'apply', batches, THREADS);
    expect([applied.code, ...applied.statuses]).toEqual([3, 'changed', 'rolled-back', 'changed', 'changed']);
    fleet.host('hv02').sshd.unwrap('ip');
    const again = await report(fleet, 'apply', batches, [...THREADS, '--rerun', 'failed']);
    expect(again.report.hosts.map(({ host, status }) => `${host} ${status}`)).toEqual(['hv02 changed']);
    expect((await report(fleet, 'drift', playbook, THREADS)).code).toBe(0);
    for (const name of fleet.names) expect(fleet.transactions(name)).toEqual([]);
  });

  it('keep the logins of a plan until a person has said yes', async () => {
    const marks = fleet.names.map((name) => fleet.host(name).sshd.log.length);
    const { code, seen } = await atTerminal(
      ['apply', playbook, '-i', fleet.inventory(), '--no-record', ...THREADS],
      {
        answers: [['Only "yes" is accepted:', 'yes']],
        netns: fleet.controller,
        home: fleet.folder,
      },
    );
    expect([code, seen]).toEqual([0, expect.stringContaining('4 hosts changed')]);
    const logins = fleet.names.map(
      (name, n) =>
        fleet
          .host(name)
          .sshd.log.slice(marks[n])
          .match(/Accepted publickey/g)?.length,
    );
    expect(logins).toEqual([1, 1, 1, 1]);
  });

  it('log in on a bastion once for all of them', async () => {
    const mark = fleet.host('hv01').sshd.log.length;
    const known = `-o UserKnownHostsFile=${fleet.knownHosts}`;
    const inventory = fleet.inventory({
      ansible_ssh_common_args: `${known} -J root@${fleet.host('hv01').address}`,
    });
    const behind = fleet.playbook({ hosts: 'hv02:hv03:hv04', macvtaps: [{ name: 'a0', lower: 'eno1' }] });
    const plan = await report(fleet, 'plan', behind, ['--threads', '3'], { inventory });
    expect(plan.statuses).toEqual(['changes', 'changes', 'changes']);
    const logins = fleet
      .host('hv01')
      .sshd.log.slice(mark)
      .match(/Accepted publickey/g);
    expect(logins).toHaveLength(1);
  });

  it('ask for a passphrase once, though each needs the key; a wrong one again', async () => {
    const locked = join(fleet.folder, 'locked');
    copyFileSync(fleet.identity, locked);
    must(
      await runProcess(['ssh-keygen', '-q', '-p', '-P', '', '-N', PASSPHRASE, '-f', locked]),
      'ssh-keygen',
    );
    const inventory = fleet.inventory({ ansible_ssh_private_key_file: locked });
    const question = `Passphrase for the key ${locked}:`;
    const { code, seen } = await atTerminal(['plan', playbook, '-i', inventory, '--threads', '3'], {
      answers: [
        [question, 'not it'],
        [question, PASSPHRASE],
      ],
      netns: fleet.controller,
      home: fleet.folder,
    });
    expect([code, seen]).toEqual([0, expect.stringContaining('4 to create on 4 hosts')]);
    expect(seen.split(question)).toHaveLength(3);
    expect(seen).not.toContain(PASSPHRASE);
  });
});
