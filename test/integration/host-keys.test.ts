/** Is a host believed only with the key that is known for it, and a login let in only with the right one? */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { must } from '../support/sshd-commands.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';

describeWith(FLEET_NEEDS, 'host keys and login keys', () => {
  let fleet: SshdFleet;
  let playbook: string;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
    playbook = fleet.playbook({ macvtaps: [{ name: 'a0', lower: 'eno1' }] });
  });
  afterAll(() => fleet?.close());

  /** As `ssh-keygen -l` prints it. */
  const fingerprint = async (host: string, key: string) =>
    must(
      await runProcess(['ssh-keygen', '-l', '-f', join(fleet.host(host).folder, key)]),
      'ssh-keygen',
    ).split(' ')[1];
  const plan = (knownHosts: string, ...args: string[]) => {
    const inventory = fleet.inventory({ ansible_ssh_common_args: `-o UserKnownHostsFile=${knownHosts}` });
    return report(fleet, 'plan', playbook, args, { inventory });
  };

  it('refuses keys that are not known, and writes them down with accept-new', async () => {
    const file = fleet.write('known_hosts', '');
    const refused = await plan(file);
    expect([refused.code, ...refused.statuses]).toEqual([4, 'unreachable', 'unreachable', 'unreachable']);
    expect(refused.row('hv01').error?.kind).toBe('host-key');
    expect(refused.row('hv01').error?.message).toMatch(/is not known .*--host-key-checking=accept-new/);
    expect(readFileSync(file, 'utf8')).toBe('');
    expect((await plan(file, '--host-key-checking=accept-new')).code).toBe(0);
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean).sort();
    expect(lines.map((line) => `${line}\n`)).toEqual(
      fleet.names.map((name) => fleet.knownHostsLine(name)).sort(),
    );
    expect((await plan(file)).code).toBe(0);
  });

  it('finds keys under hashed names', async () => {
    const file = fleet.write('known_hosts', readFileSync(fleet.knownHosts, 'utf8'));
    expect(await runProcess(['ssh-keygen', '-H', '-f', file])).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).not.toContain(fleet.host('hv01').address);
    expect((await plan(file)).code).toBe(0);
  });

  it.each(['ed25519', 'rsa', 'ecdsa'])(
    'asks a host that has three for the one that is known: %s',
    async (type) => {
      const more = await Promise.all(
        ['rsa', 'ecdsa'].map((kind) => fleet.makeHostKey('hv02', `${type}-${kind}`, kind)),
      );
      await fleet.stop('hv02');
      await fleet.start('hv02', { config: more.map((path) => `HostKey ${path}`) });
      const line = fleet.knownHostsLine('hv02', type === 'ed25519' ? 'host_key' : `${type}-${type}`);
      for (const hashed of [false, true]) {
        const file = fleet.write('known_hosts', line);
        if (hashed) expect(await runProcess(['ssh-keygen', '-H', '-f', file])).toMatchObject({ code: 0 });
        expect((await plan(file, '--limit', 'hv02')).statuses).toEqual(['changes']);
      }
      // A revoked one of another type is not the one that is shown.
      const other = fleet.knownHostsLine('hv02', type === 'rsa' ? 'host_key' : `${type}-rsa`);
      const file = fleet.write('known_hosts', `@revoked ${other}${line}`);
      expect((await plan(file, '--limit', 'hv02')).statuses).toEqual(['changes']);
    },
  );

  it('asks nobody with "no"', async () => {
    const file = fleet.write('known_hosts', '');
    expect((await plan(file, '--host-key-checking=no')).code).toBe(0);
  });

  it('refuses a key that was revoked', async () => {
    const known = readFileSync(fleet.knownHosts, 'utf8');
    const file = fleet.write('known_hosts', `${known}@revoked ${fleet.knownHostsLine('hv03')}`);
    const refused = await plan(file);
    expect(refused.statuses).toEqual(['changes', 'changes', 'unreachable']);
    expect(refused.row('hv03').error).toEqual({
      kind: 'host-key',
      message: expect.stringContaining(
        `(ssh-ed25519 ${await fingerprint('hv03', 'host_key')}) is marked as revoked in ${file}:4`,
      ),
    });
  });

  it('refuses a key that has changed, with accept-new too, and goes on with the others', async () => {
    await fleet.makeHostKey('hv02', 'other_key');
    await fleet.stop('hv02');
    await fleet.start('hv02', { hostKey: 'other_key' });
    const before = readFileSync(fleet.knownHosts, 'utf8');
    for (const args of [[], ['--host-key-checking=accept-new']]) {
      const refused = await plan(fleet.knownHosts, ...args);
      expect([refused.code, ...refused.statuses]).toEqual([4, 'changes', 'unreachable', 'changes']);
      expect(refused.row('hv02').error?.kind).toBe('host-key');
      expect(refused.row('hv02').error?.message).toContain(`has changed`);
      const [old, now] = await Promise.all(
        ['host_key', 'other_key'].map((file) => fingerprint('hv02', file)),
      );
      expect(refused.row('hv02').error?.message).toContain(
        `it presents ssh-ed25519 ${now}, ${fleet.knownHosts}:2 has ssh-ed25519 ${old}; `,
      );
    }
    expect(readFileSync(fleet.knownHosts, 'utf8')).toBe(before);
  });

  it('says that a login was refused, and which key file cannot be used', async () => {
    await fleet.stop('hv02');
    await fleet.start('hv02');
    const stranger = join(fleet.folder, 'stranger');
    await runProcess(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    const wrong = fleet.inventory({ ansible_ssh_private_key_file: stranger });
    const refused = await report(fleet, 'plan', playbook, [], { inventory: wrong });
    expect([refused.code, refused.report.summary.unreachable]).toEqual([4, 3]);
    expect(refused.row('hv01').error?.kind).toBe('authentication');
    const none = fleet.inventory({ ansible_ssh_private_key_file: `${stranger}.gone` });
    const missing = await report(fleet, 'plan', playbook, [], { inventory: none });
    expect(missing.row('hv01').error?.message).toContain(`${stranger}.gone does not exist`);
    expect((await plan(fleet.knownHosts)).code).toBe(0);
  });
});
