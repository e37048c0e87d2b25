/**
 * Does a login that is not root become it, whatever its sudo is like? Real sudo and PAM behind real sshd: with and without
 * a password, over a terminal where sudo wants one; and where it cannot be, it says why, and no secret shows anywhere.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { PLAIN_USER } from '../support/sshd-daemon.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { type Reported, report } from '../support/sshd-report.ts';

const HOST = 'hv01';
/** All that a shell, sudo or a format could read something into. */
const PASSWORD = 'p4$$ "w0rd`\'%h!\\é';
const MACVTAPS = ['a0', 'b0', 'c0'].map((name) => ({ name, lower: 'eno1', mode: 'bridge' }));
const PAM_UNIX = 'auth required pam_unix.so';

interface Sudo {
  /** Lines of sudoers(5). */
  readonly rules?: readonly string[];
  /** Lines of the PAM stack `auth` and `session`. */
  readonly pam?: readonly string[];
  readonly path?: string;
  readonly files?: Readonly<Record<string, string>>;
}

const ASKS = `${PLAIN_USER} ALL=(ALL) ALL`;
const NOPASSWD = `${PLAIN_USER} ALL=(ALL) NOPASSWD: ALL`;
const USE_PTY = [
  { pty: 'use_pty', line: 'Defaults use_pty' },
  { pty: '!use_pty', line: 'Defaults !use_pty' },
];

async function netnsPids(netns: string): Promise<number[]> {
  const { stdout } = await runProcess(['ip', 'netns', 'pids', netns]);
  return stdout.split('\n').filter(Boolean).map(Number);
}

describeWith([...FLEET_NEEDS, 'sudo', 'openssl', 'mkfifo'], 'becoming root with sudo', () => {
  let fleet: SshdFleet;
  let sudoLog: string;
  let mark = 0;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 1 });
    sudoLog = join(fleet.folder, 'sudo.log');
  });
  afterEach(async () => {
    await fleet.reset();
    await fleet.stop(HOST);
  });
  afterAll(() => fleet?.close());

  /** Starts the host with a sudo of its own: its tickets and its log are nobody else's. */
  const start = async ({ rules = [ASKS], pam = [PAM_UNIX], path, files = {} }: Sudo = {}) => {
    const { sshd, folder } = fleet.host(HOST);
    await fleet.stop(HOST);
    writeFileSync(sudoLog, '');
    const sudoers = [
      `Defaults timestampdir=${join(folder, 'tickets')}, lecture_status_dir=${join(folder, 'lectured')}`,
      `Defaults logfile=${sudoLog}, !syslog, loglinelen=0`,
      `Defaults secure_path="${sshd.bin}:/usr/sbin:/usr/bin:/sbin:/bin"`,
      ...rules,
    ];
    await fleet.start(HOST, {
      ...(path === undefined ? {} : { path }),
      passwords: { [PLAIN_USER]: PASSWORD },
      files: {
        '/etc/sudoers': `${sudoers.join('\n')}\n`,
        '/etc/pam.d/sudo': `${[...pam, 'account required pam_permit.so'].join('\n')}\n`,
        ...files,
      },
    });
    mark = sshd.log.length;
  };

  const inventoryOf = (password: string | undefined) =>
    fleet.inventory({
      ansible_user: PLAIN_USER,
      ansible_become: true,
      ...(password === undefined ? {} : { ansible_become_password: password }),
    });

  const run = (
    command: 'plan' | 'apply',
    password: string | undefined,
    args: readonly string[] = [],
    macvtaps: readonly object[] = MACVTAPS,
  ): Promise<Reported> =>
    report(fleet, command, fleet.playbook({ macvtaps }), args, { inventory: inventoryOf(password) });

  /** Commands that sshd was asked for since the start. */
  const channels = () =>
    [
      ...fleet
        .host(HOST)
        .sshd.log.slice(mark)
        .matchAll(/Starting session: command/g),
    ].length;

  const attempts = () =>
    readFileSync(sudoLog, 'utf8')
      .split('\n')
      .filter((line) => /incorrect password/.test(line));

  const expectRefused = async (password: string | undefined, message: RegExp) => {
    const plan = await run('plan', password);
    expect(plan.row(HOST).error).toEqual({ kind: 'privilege', message: expect.stringMatching(message) });
    expect(plan.code).toBe(3);
  };

  const cutSsh = () => fleet.host(HOST).sshd.cut({ sessions: true });

  /** The sudo that was called, not the monitor that it starts with `use_pty`. */
  const killSudo = async () => {
    const here = new Set((await netnsPids(fleet.host(HOST).netns)).map(String));
    const { stdout } = await runProcess(['ps', '-e', '-o', 'pid=,ppid=,comm=']);
    const sudos = stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([pid = '', , comm]) => here.has(pid) && comm === 'sudo');
    const pids = new Set(sudos.map(([pid]) => pid));
    const called = sudos.filter(([, parent]) => !pids.has(parent));
    expect(called).toHaveLength(1);
    for (const [pid] of called) process.kill(Number(pid), 'SIGKILL');
  };

  describe.each(USE_PTY)('with $pty', ({ line }) => {
    it.each([
      { title: 'without a password where none is asked for', rules: [NOPASSWD], password: undefined },
      { title: 'with a password that is not asked for', rules: [NOPASSWD], password: PASSWORD },
      { title: 'with a password', rules: [ASKS], password: PASSWORD },
    ])('$title: one channel to read and apply', async ({ rules, password }) => {
      await start({ rules: [line, ...rules] });
      const applied = await run('apply', password);
      expect([applied.code, ...applied.statuses]).toEqual([0, 'changed']);
      expect(channels()).toBe(1);
      expect((await run('plan', password)).statuses).toEqual(['in-sync']);
      expect(channels()).toBe(2);
      expect((await run('apply', password)).row(HOST)).toMatchObject({ status: 'in-sync' });
      expect(channels()).toBe(3);
    });

    it.each([
      { title: 'without a password', rules: [NOPASSWD], password: undefined },
      { title: 'with a password', rules: [ASKS], password: PASSWORD },
    ])(
      'requiretty, $title: over a terminal, which is found out once; a program longer than its buffer',
      async ({ rules, password }) => {
        await start({ rules: [line, 'Defaults requiretty', ...rules] });
        const many = Array.from({ length: 120 }, (_, index) => ({
          ...MACVTAPS[0],
          name: `web${index}`,
          alias: `guest ${index}: it’s 50 % "quoted" #1`,
        }));
        const applied = await run('apply', password, [], many);
        expect([applied.code, ...applied.statuses]).toEqual([0, 'changed']);
        expect(channels()).toBe(2);
        expect((await run('plan', password, [], many)).statuses).toEqual(['in-sync']);
        expect((await run('apply', password, [], many)).row(HOST)).toMatchObject({ status: 'in-sync' });
      },
    );

    it.each([
      { title: 'the connection is cut', rules: [ASKS], lose: cutSsh },
      { title: 'the connection is cut, over a terminal', rules: [ASKS, 'Defaults requiretty'], lose: cutSsh },
      // With `use_pty` its monitor then ends the process group of the command.
      { title: 'sudo is killed', rules: [ASKS], lose: killSudo },
      { title: 'sudo is killed, over a terminal', rules: [ASKS, 'Defaults requiretty'], lose: killSudo },
    ])('takes back what is half done when $title', async ({ rules, lose }) => {
      await start({ rules: [line, ...rules] });
      const { sshd, folder } = fleet.host(HOST);
      const before = await fleet.snapshot(HOST);
      const [reached, go] = [join(folder, 'reached'), join(folder, 'go')];
      spawnSync('rm', ['-f', reached, go]);
      expect(spawnSync('mkfifo', [reached, go]).status).toBe(0);
      // The first macvtap is made; then nothing more comes.
      const real = '/sbin/ip';
      sshd.wrap(
        'ip',
        `case "$*" in *'-batch ./steps') ;; *) exec ${real} "$@";; esac
head -n 1 ./steps >./one; ${real} -batch ./one; echo here >'${reached}'; read -r word <'${go}'`,
      );
      const running = run('apply', PASSWORD, ['--confirm-timeout', '4']);
      await readFile(reached);
      expect(await fleet.ip(HOST, '-br', 'link', 'show', 'type', 'macvtap')).toMatch(/^a0@eno1/);
      await lose();
      expect((await running).code).toBe(3);
      await fleet.idle(HOST);
      expect(await fleet.snapshot(HOST)).toBe(before);
    });

    it('applies what was not confirmed in time no further than its timer', async () => {
      await start({ rules: [line, ASKS, 'Defaults requiretty'] });
      const before = await fleet.snapshot(HOST);
      fleet.host(HOST).sshd.wrapChanges({ before: 'sleep 3' });
      const applied = await run('apply', PASSWORD, ['--confirm-timeout', '1']);
      expect(applied.row(HOST).error?.kind).toBe('not-confirmed');
      expect(await fleet.snapshot(HOST)).toBe(before);
    });
  });

  it('passes over a lecture, and over what modules of PAM print', async () => {
    const [lecture, greeting] = [join(fleet.folder, 'lecture'), join(fleet.folder, 'greeting')];
    writeFileSync(lecture, 'Password: respect the privacy of others\nПароль:\n');
    writeFileSync(greeting, 'Kennwort: tapfleet-0123456789abcdef01:\n');
    await start({
      rules: [`Defaults lecture=always, lecture_file=${lecture}`, ASKS],
      pam: [`auth optional pam_echo.so file=${greeting}`, PAM_UNIX],
    });
    expect((await run('plan', PASSWORD)).statuses).toEqual(['changes']);
  });

  it('is asked once where a ticket is still good', async () => {
    await start({ rules: ['Defaults timestamp_type=global', ASKS] });
    expect((await run('plan', PASSWORD)).statuses).toEqual(['changes']);
    expect((await run('plan', undefined)).statuses).toEqual(['changes']);
    expect((await run('plan', 'not asked for')).statuses).toEqual(['changes']);
  });

  it('says that a password is asked for, and how to give it', async () => {
    await start();
    await expectRefused(
      undefined,
      /^sudo on the host asks for a password: give it with -K, .*ansible_become_password$/,
    );
  });

  it('takes it from the file that an option or Ansible’s variable names', async () => {
    await start();
    const playbook = fleet.playbook({ macvtaps: [{ name: 'web0', lower: 'eno1' }] });
    const file = fleet.write('become', `${PASSWORD}\n`);
    const inventory = inventoryOf(undefined);
    const option = await report(fleet, 'plan', playbook, ['--become-password-file', file], { inventory });
    const env = { ANSIBLE_BECOME_PASSWORD_FILE: file };
    const variable = await report(fleet, 'plan', playbook, [], { inventory, env });
    expect([option.statuses, variable.statuses]).toEqual([['changes'], ['changes']]);
    expect(attempts()).toEqual([]);
  });

  it.each([[[ASKS]], [[ASKS, 'Defaults requiretty']]])('tries a wrong password once: %j', async (rules) => {
    await start({ rules });
    await expectRefused(
      'wrong',
      /^sudo on the host refused the password for "operator"; it is tried once only/,
    );
    expect(attempts()).toEqual([expect.stringMatching(/1 incorrect password attempt/)]);
  });

  it('gives sudo’s words where the user is not in sudoers', async () => {
    await start({ rules: [] });
    await expectRefused(PASSWORD, /^could not become root with sudo: .*operator is not in the sudoers file/);
  });

  it('says that there is no sudo that can be run', async () => {
    await start({ files: { '/usr/bin/sudo': '' } });
    await expectRefused(PASSWORD, /sudo.*Permission denied/);
  });

  it('shows the question that nobody can answer, and does not wait for ever', async () => {
    await start({ path: `${fleet.host(HOST).sshd.bin}:/usr/bin:/bin` });
    fleet.host(HOST).sshd.wrap('sudo', 'printf "\\nVerification code: " >&2; read -r code');
    await expectRefused(PASSWORD, /waits for an answer that nobody can give here: Verification code:$/);
  });

  it('shows the password nowhere', async () => {
    const seen = join(fleet.folder, 'seen');
    writeFileSync(seen, '');
    const secret = 'Geheim-7f3a91c2';
    const { sshd } = fleet.host(HOST);
    for (const [given, ...rules] of [
      [PASSWORD, ASKS],
      [secret, ASKS, 'Defaults requiretty'],
    ] as const) {
      await start({ rules });
      sshd.wrap(
        'ip',
        `cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ >>${seen} 2>/dev/null\nexec /sbin/ip "$@"`,
      );
      const inventory = inventoryOf(given);
      const playbook = fleet.playbook({ macvtaps: MACVTAPS });
      const said = [
        ...['text', 'json'].map((format) => ['plan', playbook, '-i', inventory, '-vvv', '--format', format]),
        ['apply', playbook, '-i', inventory, '-vvv', '--yes'],
        ['facts', '-i', inventory, '-vvv'],
      ];
      for (const args of said) {
        const { stdout, stderr } = await fleet.tapfleet(args);
        expect(stdout).not.toBe('');
        expect(`${stdout}${stderr}`).not.toContain(given);
      }
      expect(`${sshd.log}${readFileSync(sudoLog, 'utf8')}`).not.toContain(given);
    }
    const processes = readFileSync(seen, 'latin1');
    expect(processes).toContain('tapfleet-become');
    expect(processes).not.toContain(secret);
    expect(processes).not.toContain(Buffer.from(PASSWORD).toString('latin1'));
  });
});
