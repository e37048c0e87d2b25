/**
 * Does a password let in, whichever way the server asks for it, and is a wrong one told once only? Real accounts of a real
 * sshd, with and without PAM.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { atTerminal } from '../support/at-terminal.ts';
import { runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { must } from '../support/sshd-commands.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { type Reported, report } from '../support/sshd-report.ts';

const HOST = 'hv01';
/** All that a shell or a format could read something into. */
const PASSWORD = 'p4$$ "w0rd`\'%h!\\é';
const PAM = {
  '/etc/pam.d/sshd':
    'auth required pam_unix.so\naccount required pam_permit.so\nsession required pam_permit.so\n',
};
const ROOT = 'PermitRootLogin yes';
const WAYS = [
  {
    way: 'password',
    config: [
      'PasswordAuthentication yes',
      'KbdInteractiveAuthentication no',
      'AuthenticationMethods password',
    ],
  },
  {
    way: 'keyboard-interactive',
    config: [
      'UsePAM yes',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication yes',
      'AuthenticationMethods keyboard-interactive',
    ],
  },
  {
    way: 'both',
    config: [
      'UsePAM yes',
      'PasswordAuthentication yes',
      'KbdInteractiveAuthentication yes',
      'AuthenticationMethods password keyboard-interactive',
    ],
  },
];

describeWith([...FLEET_NEEDS, 'openssl', 'script'], 'logins with a password', () => {
  let fleet: SshdFleet;
  let playbook: string;
  let mark = 0;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 1 });
    playbook = fleet.playbook({ macvtaps: [{ name: 'a0', lower: 'eno1' }] });
  });
  afterAll(() => fleet?.close());

  const start = async (config: readonly string[]) => {
    await fleet.stop(HOST);
    await fleet.start(HOST, { config: [ROOT, ...config], files: PAM, passwords: { root: PASSWORD } });
    mark = fleet.host(HOST).sshd.log.length;
  };
  /** Passwords that the host was told and refused. */
  const wrong = () =>
    [
      ...fleet
        .host(HOST)
        .sshd.log.slice(mark)
        .matchAll(/^Failed (?:password|keyboard-interactive\S*) for root /gm),
    ].length;
  const plan = async (vars: Readonly<Record<string, unknown>>, ...args: string[]): Promise<Reported> => {
    const inventory = fleet.inventory({ ansible_ssh_private_key_file: undefined, ...vars });
    const plan = await report(fleet, 'plan', playbook, ['-vvv', ...args], { inventory });
    expect(plan.stdout + plan.stderr).not.toContain(PASSWORD);
    expect(plan.stdout + plan.stderr).not.toContain(JSON.stringify(PASSWORD).slice(1, -1));
    return plan;
  };

  it.each(WAYS)('lets in with $way', async ({ config }) => {
    await start(config);
    expect((await plan({ ansible_password: PASSWORD })).statuses).toEqual(['changes']);
    const file = fleet.write('password', `${PASSWORD}\n`);
    expect((await plan({}, '--connection-password-file', file)).statuses).toEqual(['changes']);
    const env = { ANSIBLE_CONNECTION_PASSWORD_FILE: file };
    const inventory = fleet.inventory({ ansible_ssh_private_key_file: undefined });
    expect((await report(fleet, 'plan', playbook, [], { inventory, env })).statuses).toEqual(['changes']);
    expect(wrong()).toBe(0);
  });

  it.each(WAYS)('tells a wrong one once with $way', async ({ config }) => {
    await start(config);
    const refused = await plan({ ansible_password: 'not it' });
    expect([refused.code, refused.row(HOST).error?.kind]).toEqual([4, 'authentication']);
    expect(refused.row(HOST).error?.message).toContain('refused the login of "root" (tried the password)');
    expect(refused.stdout + refused.stderr).not.toContain('not it');
    expect(wrong()).toBe(1);
  });

  it('asks at the terminal with -k, once for all hosts, and shows nothing of it', async () => {
    await start(WAYS[0]?.config ?? []);
    const inventory = fleet.inventory({ ansible_ssh_private_key_file: undefined });
    for (const [typed, code] of [
      [PASSWORD, 0],
      ['not it', 4],
    ] as const) {
      const { seen, ...ended } = await atTerminal(['plan', playbook, '-i', inventory, '-k', '-vvv'], {
        answers: [['SSH password:', typed]],
        netns: fleet.controller,
        home: fleet.folder,
      });
      expect(ended.code).toBe(code);
      expect(seen).not.toContain(typed);
    }
    expect(wrong()).toBe(1);
  });

  it.each(['publickey,password', 'publickey,keyboard-interactive'])('and a key: %s', async (methods) => {
    await start([...(WAYS[2]?.config.slice(0, -1) ?? []), `AuthenticationMethods ${methods}`]);
    const both = { ansible_ssh_private_key_file: fleet.identity, ansible_password: PASSWORD };
    expect((await plan(both)).statuses).toEqual(['changes']);
    const one = await plan({ ansible_ssh_private_key_file: fleet.identity });
    expect(one.row(HOST).error?.kind).toBe('authentication');
  });

  it('answers no other question with the password: an account that is to have a new one keeps its own', async () => {
    const hash = must(await runProcess(['openssl', 'passwd', '-6', PASSWORD]), 'openssl').trim();
    const expired = `root:${hash}:0:0:99999:7:::\nsshd:*:19000:0:99999:7:::\n`;
    const unix = ['auth', 'account', 'password'].map((kind) => `${kind} required pam_unix.so\n`).join('');
    await fleet.stop(HOST);
    await fleet.start(HOST, {
      config: [ROOT, ...(WAYS[1]?.config ?? [])],
      files: { '/etc/shadow': expired, '/etc/pam.d/sshd': `${unix}session required pam_permit.so\n` },
    });
    const refused = await plan({ ansible_password: PASSWORD });
    expect(refused.row(HOST).error).toEqual({
      kind: 'authentication',
      message: expect.stringMatching(
        /\(tried the password\); it asked "[^"]* password immediately [^"]*Current password:" besides/,
      ),
    });
    expect(
      (await fleet.exec(HOST, ['sh', '-c', `cat ${join(fleet.host(HOST).folder, 'files/0')}`])).stdout,
    ).toBe(expired);
  });

  it('tells none to a host whose key has changed, though any key is taken', async () => {
    await start(WAYS[2]?.config ?? []);
    const { address, folder } = fleet.host(HOST);
    await fleet.makeHostKey(HOST, 'other_key');
    const [type, blob] = readFileSync(join(folder, 'other_key.pub'), 'utf8').split(' ');
    const file = fleet.write('known_hosts', `${address} ${type} ${blob}\n`);
    const known = { ansible_ssh_common_args: `-o UserKnownHostsFile=${file}`, ansible_password: PASSWORD };
    const refused = await plan(known, '--host-key-checking', 'no');
    expect(refused.row(HOST).error).toEqual({
      kind: 'authentication',
      message: expect.stringContaining('(there was no key, agent or password to try); its host key is not'),
    });
    expect(fleet.host(HOST).sshd.log.slice(mark)).not.toMatch(/^(Failed|Accepted) (password|keyboard)/m);
    const trusting = await plan(
      { ...known, ansible_ssh_private_key_file: fleet.identity },
      '--host-key-checking',
      'no',
    );
    expect(trusting.row(HOST).error?.message).toContain('so it was told no password');
    writeFileSync(file, '');
    expect((await plan(known, '--host-key-checking', 'no')).statuses).toEqual(['changes']);
  });

  it('says that there was none to try', async () => {
    await start(WAYS[0]?.config ?? []);
    const refused = await plan({});
    expect(refused.row(HOST).error).toMatchObject({
      kind: 'authentication',
      message: expect.stringContaining('there was no key, agent or password to try'),
    });
  });
});
