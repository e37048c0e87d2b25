/**
 * This machine itself as a host (`ansible_connection: local`), here always a network namespace of the test's own: does it
 * do all that a host over SSH does, without a login, and is it as safe from a controller that vanishes?
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HostTrouble } from '../../src/remote/connection.ts';
import { LocalConnection } from '../../src/remote/local.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { type CliOptions, PROGRAM, runCli, runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { PLAIN_USER } from '../support/sshd-daemon.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { CONTROLLER_ADDRESS } from '../support/sshd-network.ts';

const HOST = 'hv01';
const A0 = { name: 'a0', lower: 'eno1', mode: 'bridge' };
const HERE = ['-i', 'localhost,', '-e', 'ansible_connection=local', '--format', 'json'];
const PASSWORD = 'p4$$ "w0rd';

describeWith(
  [...FLEET_NEEDS, 'mkfifo', 'nsenter', 'runuser', 'sudo', 'openssl'],
  'this machine itself',
  () => {
    let fleet: SshdFleet;

    beforeAll(async () => {
      fleet = await SshdFleet.start({ hosts: 1 });
    });
    afterEach(() => fleet.reset());
    afterAll(() => fleet?.close());

    const play = (macvtaps: readonly object[]) => fleet.playbook({ hosts: 'localhost', macvtaps });

    const run = async (
      command: 'plan' | 'apply',
      playbook: string,
      options: CliOptions & { args?: string[] } = {},
    ) => {
      const { netns, sshd } = fleet.host(HOST);
      const argv = [
        command,
        playbook,
        ...HERE,
        ...(command === 'apply' ? ['--yes'] : []),
        ...(options.args ?? []),
      ];
      const env = { PATH: `${sshd.bin}:${process.env.PATH}`, ...options.env };
      const { code, stdout } = await runCli(argv, { ...options, netns, env });
      return { code, row: stdout === '' ? undefined : reportSchema.parse(JSON.parse(stdout)).hosts[0] };
    };

    it('is changed, confirmed where it asks, and found in sync', async () => {
      const playbook = play([A0]);
      const applied = await run('apply', playbook);
      // Nothing tells a management device here, and there is no connection to cut.
      expect(applied.row).toMatchObject({ status: 'changed', confirm_over: 'same-connection' });
      expect(await fleet.ip(HOST, 'link', 'show', 'dev', 'a0')).toContain('a0@eno1');
      expect(await run('plan', playbook, { args: ['--detailed-exitcode'] })).toMatchObject({ code: 0 });
      expect(fleet.transactions(HOST)).toEqual([]);
    });

    it('keeps the way in of who is logged in over SSH', async () => {
      const { address } = fleet.host(HOST);
      const env = { SSH_CONNECTION: `${CONTROLLER_ADDRESS} 50000 ${address} 22` };
      const { code, row } = await run('apply', play([{ ...A0, lower: 'mgmt0', mode: 'passthru' }]), { env });
      expect([code, row?.status, row?.error?.kind]).toEqual([3, 'refused', 'lockout']);
      expect(row?.error?.message).toContain('"mgmt0" carries the management connection');
      const bridge = await run('apply', play([{ ...A0, lower: 'mgmt0' }]), { env });
      expect(bridge.row).toMatchObject({ status: 'changed', confirm_over: 'same-connection' });
    });

    it('takes back what nobody confirmed, though tapfleet was killed', async () => {
      const { sshd, folder } = fleet.host(HOST);
      const before = await fleet.snapshot(HOST);
      const [here, go] = [join(folder, 'here'), join(folder, 'go')];
      if (spawnSync('mkfifo', [here, go]).status !== 0) throw new Error('mkfifo failed');
      sshd.wrapChanges({ before: `echo here >'${here}'; read -r word <'${go}'` });
      let child: ChildProcess | undefined;
      const started = (one: ChildProcess) => {
        child = one;
      };
      const running = run('apply', play([A0]), { started, args: ['--confirm-timeout', '2'] });
      await readFile(here);
      // `ip netns exec` has become the program: the same process.
      const ended = child && once(child, 'exit');
      child?.kill('SIGKILL');
      await ended;
      spawnSync('sh', ['-c', `echo go >'${go}'`], { timeout: 5000 });
      expect((await running).code).toBe(-1);
      while (!existsSync(`/run/netns`) || !(await fleet.ip(HOST, '-br', 'link')).includes('a0'))
        await wait(10);
      await fleet.idle(HOST);
      expect(await fleet.snapshot(HOST)).toBe(before);
    });

    it('is become root on with sudo, told its password', async () => {
      const result = await runAsOperator([`${PLAIN_USER} ALL=(ALL) ALL`], PASSWORD);
      expect([result.code, result.row?.status]).toEqual([0, 'changed']);
      expect(await fleet.ip(HOST, 'link', 'show', 'dev', 'a0')).toContain('a0@eno1');
      expect(fleet.transactions(HOST)).toEqual([]);
    });

    it.each<[string, string | undefined, string[], RegExp]>([
      ['no password', undefined, [], /asks for a password: give it with -K/],
      ['a wrong one', 'wrong', [], /refused the password for "operator"/],
      ['a sudo that wants a terminal', PASSWORD, ['Defaults requiretty'], /requiretty.*run tapfleet as root/],
    ])('says why it could not become root: %s', async (_title, password, rules, message) => {
      const { code, row } = await runAsOperator([...rules, `${PLAIN_USER} ALL=(ALL) ALL`], password);
      expect([code, row?.status]).toEqual([3, 'failed']);
      expect(row?.error).toEqual({ kind: 'privilege', message: expect.stringMatching(message) });
    });

    /** `apply` as a user of the host, who sees the host's own users, sudo and passwords. */
    async function runAsOperator(rules: readonly string[], password: string | undefined) {
      const { sshd, folder } = fleet.host(HOST);
      await fleet.stop(HOST);
      const sudoers = [
        `Defaults timestampdir=${join(folder, 'tickets')}, lecture_status_dir=${join(folder, 'lectured')}, !syslog`,
        ...rules,
      ];
      await fleet.start(HOST, {
        passwords: { [PLAIN_USER]: PASSWORD },
        files: {
          '/etc/sudoers': `${sudoers.join('\n')}\n`,
          '/etc/pam.d/sudo': 'auth required pam_unix.so\naccount required pam_permit.so\n',
        },
      });
      const playbook = play([A0]);
      const secrets = fleet.write('secrets.json', {
        ansible_connection: 'local',
        ansible_become: true,
        ...(password === undefined ? {} : { ansible_become_password: password }),
      });
      for (const file of [playbook, secrets]) chmodSync(file, 0o644);
      const inside = ['nsenter', '-t', String(sshd.pid), '-n', '-m', 'runuser', '-u', PLAIN_USER, '--'];
      const argv = ['apply', playbook, '-i', 'localhost,', '-e', `@${secrets}`, '--yes', '--format', 'json'];
      const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' };
      const result = await runProcess([...inside, process.execPath, PROGRAM, ...argv], { env, cwd: '/' });
      if (result.stdout === '') throw new Error(`no report: ${result.stderr}`);
      expect(result.stdout + result.stderr).not.toContain(PASSWORD);
      return { code: result.code, row: reportSchema.parse(JSON.parse(result.stdout)).hosts[0] };
    }

    it('hands no secret of its environment on', async () => {
      process.env.TFT_SECRET = 'planted';
      process.env.SSH_CONNECTION = '192.0.2.1 1 192.0.2.2 22';
      try {
        const { stdout, code } = await new LocalConnection().exec('env', { timeoutMs: 5000 });
        expect(code).toBe(0);
        expect(stdout).toContain('SSH_CONNECTION=192.0.2.1 1 192.0.2.2 22\n');
        expect(stdout).not.toContain('planted');
      } finally {
        delete process.env.TFT_SECRET;
        delete process.env.SSH_CONNECTION;
      }
    });

    it('ends a command that takes too long, but not what is to outlive a session', async () => {
      const file = (name: string) => join(fleet.folder, name);
      if (spawnSync('mkfifo', [file('go'), file('said')]).status !== 0) throw new Error('mkfifo failed');
      const command = [
        `(trap "" HUP TERM; exec >/dev/null 2>&1; read -r go <${file('go')}; echo alive >${file('said')}) &`,
        `echo $$ >${file('pid')}; exec sleep 60`,
      ].join(' ');
      const problem = await problemOf(new LocalConnection().exec(command, { timeoutMs: 500 }));
      expect(problem).toMatchObject({ kind: 'timeout', message: expect.stringContaining('within 0.5 s') });
      const pid = readFileSync(file('pid'), 'utf8').trim();
      while (existsSync(`/proc/${pid}`)) await wait(10);
      const said = readFile(file('said'), 'utf8');
      writeFileSync(file('go'), 'go\n');
      expect(await said).toBe('alive\n');
    });

    it.each<[string, string, string]>([
      ['answers without end', 'exec yes', 'the host sent more than 32 MiB'],
      ['answers without end on stderr', 'exec yes >&2', 'did not finish its program'],
    ])('is not kept waiting, nor its memory filled, by what %s', async (_title, command, message) => {
      const problem = await problemOf(new LocalConnection().exec(command, { timeoutMs: 3000 }));
      expect(problem?.message).toContain(message);
    });
  },
);

async function problemOf(answer: Promise<unknown>) {
  try {
    await answer;
  } catch (error) {
    if (error instanceof HostTrouble) return error.problem;
    throw error;
  }
  throw new Error('an answer came');
}
