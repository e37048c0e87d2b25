/**
 * Does any secret of a run come out of it, in whatever it prints or writes? One host that repeats what it is told, every
 * command, every format, every file; each output is searched for each secret in every way to write it.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FORMAT_NAMES } from '../../src/cli/formats.ts';
import { atTerminal } from '../support/at-terminal.ts';
import { runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { sealedYaml } from '../support/seal.ts';
import { makeKey, must } from '../support/sshd-commands.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { Watching } from '../support/watching.ts';

const HOST = 'hv01';
const VAULT_PASSWORD = 'pl4nted Vault';
const SECRETS = {
  login: `pl4nted<&"Login'`,
  become: 'pl4nted\\Become$é',
  alias: 'pl4nted Alias|`_*',
  unused: 'pl4nted-unused',
  passphrase: 'pl4nted+Phrase',
};

/** Of a text in small letters: as it is, in JSON, JSON in JSON, HTML, XML, Markdown, a URL, base64 and hexadecimal. */
function traces(secret: string): string[] {
  const json = (text: string) => JSON.stringify(text).slice(1, -1);
  const entities = (numeric: boolean) =>
    secret.replace(/[<>&"'`|*_\\$+]/g, (sign) =>
      numeric
        ? `&#${sign.charCodeAt(0)};`
        : ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' }[sign] ?? sign),
    );
  return [
    secret,
    json(secret),
    json(json(secret)),
    entities(false),
    entities(true),
    encodeURIComponent(secret),
    secret.replace(/[\\`*_{}[\]()<>#+\-.!|$]/g, '\\$&'),
    Buffer.from(secret).toString('base64').replace(/=*$/, '').slice(0, -1),
    Buffer.from(secret).toString('hex'),
    // What no escaping changes is a trace too.
    /^[\w ]+/.exec(secret)?.[0] ?? secret,
  ].map((trace) => trace.toLowerCase());
}

describeWith([...FLEET_NEEDS, 'openssl', 'script'], 'every output of a run', () => {
  let fleet: SshdFleet;
  let folder: string;
  let inventory: string;
  let site: string;
  let plain: string;
  const outputs = new Map<string, string>();

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 1 });
    folder = join(fleet.folder, 'out');
    mkdirSync(folder);
    writeFileSync(join(fleet.folder, 'vault-password'), `${VAULT_PASSWORD}\n`);
    const { address } = fleet.host(HOST);
    const sealed = (secret: string) => sealedYaml(secret, VAULT_PASSWORD, 4);
    inventory = fleet.write(
      'secret.yml',
      [
        'all:',
        `  hosts: {${HOST}: {ansible_host: ${address}}}`,
        '  vars:',
        '    ansible_user: root',
        `    ansible_ssh_common_args: -o UserKnownHostsFile=${fleet.knownHosts}`,
        `    ansible_password: ${sealed(SECRETS.login)}`,
        `    ansible_become_password: ${JSON.stringify(SECRETS.become)}`,
        `    described: ${sealed(SECRETS.alias)}`,
        `    unused: ${sealed(SECRETS.unused)}`,
        '',
      ].join('\n'),
    );
    site = fleet.playbook(
      { hosts: HOST, macvtaps: [{ name: 'a0', lower: 'eno1', alias: 'x {{ described }} y' }] },
      { hosts: HOST, owner: 'other', macvtaps: [{ name: 'b0', lower: 'eno2' }] },
    );
    plain = fleet.playbook({
      hosts: HOST,
      macvtaps: [{ name: 'c0', lower: 'eno3', mode: 'bridge' }],
      prune: 'none',
    });
    await fleet.stop(HOST);
    await fleet.start(HOST, {
      config: ['PermitRootLogin yes', 'PasswordAuthentication yes', 'AuthenticationMethods password'],
      passwords: { root: SECRETS.login },
    });
  });
  afterAll(() => fleet?.close());

  const opened = () => ['-i', inventory, '--vault-password-file', join(fleet.folder, 'vault-password')];
  /** Runs it, and keeps what it printed; files that it writes are looked at in the end. */
  const run = async (code: number, ...args: string[]) => {
    const result = await fleet.tapfleet(args, { cwd: folder });
    outputs.set(args.join(' '), `${result.stdout}\n${result.stderr}`);
    expect([result.code, result.stderr]).toEqual([code, expect.any(String)]);
    return result;
  };
  const files = (name: string) => [
    ...FORMAT_NAMES.flatMap((format) => ['--report', `${format}=${name}.${format}`]),
    ...['--events', `${name}.events`],
  ];
  /** A host that says everything that it was ever told. */
  const gossip = (status: number) =>
    fleet
      .host(HOST)
      .sshd.wrap(
        'ip',
        `cat >&2 <<'END'\nError: ${Object.values(SECRETS).slice(0, 3).join(' ')}\nEND\n${
          status === 0 ? 'exec /sbin/ip "$@"' : `exit ${status}`
        }`,
      );

  it('of files alone', async () => {
    await run(0, 'validate', site, ...opened(), '-vvv');
    for (const format of ['yaml', 'json']) await run(0, 'manifest', site, ...opened(), '--format', format);
    for (const what of [['--list'], ['--graph'], ['--host', HOST]])
      await run(0, 'inventory', ...opened(), ...what);
    expect(outputs.get(`inventory ${opened().join(' ')} --list`)).toContain('********');
  });

  it('of a plan, and of one that is saved', async () => {
    for (const format of FORMAT_NAMES) {
      await run(0, 'plan', site, ...opened(), '--format', format, '--diff', '-vvv');
    }
    await run(0, 'plan', site, ...opened(), ...files('plan'), '-v');
    await run(1, 'plan', site, ...opened(), '--out', 'secret.plan');
    await run(0, 'plan', plain, ...opened(), '--out', 'plain.plan');
    await run(0, 'show', 'plain.plan');
    await run(0, 'apply', 'plain.plan', ...opened(), '--yes', '-vvv', ...files('saved'));
  });

  it('of an apply, its record, the drift after it, and its undoing', async () => {
    await run(0, 'apply', site, ...opened(), '--yes', '--diff', '-vvv', ...files('apply'));
    await fleet.ip(HOST, 'link', 'set', 'dev', 'a0', 'allmulticast', 'off');
    await fleet.ip(HOST, 'link', 'set', 'dev', 'eno3', 'alias', `${SECRETS.alias} ${SECRETS.unused}`);
    await run(2, 'drift', site, ...opened(), '--diff', '-vvv', ...files('drift'));
    await run(0, 'facts', ...opened(), '--format', 'json', '-vvv');
    await run(0, 'runs');
    const watching = await Watching.start(
      fleet,
      site,
      [...opened().slice(2), '--heal', '--record', join(folder, 'heal')],
      inventory,
    );
    await watching.untilStatus(HOST, 'in-sync');
    const { stdout, stderr } = await watching.stop();
    outputs.set('watch', `${stdout}\n${stderr}`);
    await run(0, 'undo', 'last', ...opened(), '--yes', '--diff', '-vvv', ...files('undo'));
  });

  it('of a host that says what it was told', async () => {
    gossip(1);
    for (const format of FORMAT_NAMES) await run(3, 'plan', site, ...opened(), '--format', format, '-vvv');
    await run(3, 'apply', site, ...opened(), '--yes', '-vvv', ...files('gossip'));
    gossip(0);
    await run(0, 'plan', site, ...opened(), '-vvv');
    fleet.host(HOST).sshd.unwrap('ip');
  });

  it('of logins that are refused', async () => {
    const key = join(fleet.folder, 'locked');
    await makeKey(key);
    must(
      await runProcess(['ssh-keygen', '-q', '-p', '-P', '', '-N', SECRETS.passphrase, '-f', key]),
      'ssh-keygen',
    );
    const { seen } = await atTerminal(
      [
        'plan',
        site,
        ...opened(),
        '-e',
        `ansible_ssh_private_key_file=${key}`,
        '-e',
        'ansible_password=pl4nted-wrong',
        '-vvv',
      ],
      { answers: [['locked:', SECRETS.passphrase]], netns: fleet.controller, home: fleet.folder },
    );
    expect(seen).toContain('refused the login of "root" (tried 1 key file and the password)');
    outputs.set('at the terminal', seen);
  });

  it('holds no secret', () => {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      try {
        outputs.set(name, readFileSync(join(folder, name), 'utf8'));
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('EISDIR');
      }
    }
    // 9 formats of 6 runs, their events, records of applies, what 40 commands printed.
    expect(outputs.size).toBeGreaterThan(90);
    const words = [VAULT_PASSWORD, ...Object.values(SECRETS), 'pl4nted-wrong'].flatMap(traces);
    const found = [...outputs].flatMap(([name, text]) => {
      const small = text.toLowerCase();
      return words.filter((word) => small.includes(word)).map((word) => `${name}: ${word}`);
    });
    expect(found).toEqual([]);
  });
});
