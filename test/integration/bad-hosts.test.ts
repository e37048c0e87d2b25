/** Hosts that are dead, mute, slow or out of sorts: they cost no other host its turn, and are tried again where that helps. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { PROGRAM, runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { batch } from '../support/sshd-commands.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';
import { whenWritten } from '../support/when-written.ts';

const TAPS = { macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge' }] };
/** A network from which nothing ever comes back. */
const HOLE = '10.213.78';

interface Told {
  readonly event: string;
  readonly host?: string;
  readonly status?: string;
  readonly attempt?: number;
}

describeWith(FLEET_NEEDS, 'bad hosts', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
    // Without ARP every packet goes out, to an address that its other end does not have.
    await batch(
      ['-n', fleet.controller],
      [
        'link add name hole0 type veth peer name hole1',
        'link set dev hole0 arp off',
        'link set dev hole0 up',
        'link set dev hole1 up',
        `addr add ${HOLE}.254/24 dev hole0`,
      ],
    );
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const eventFile = () => join(mkdtempSync(join(fleet.folder, 'events-')), 'log');
  const told = (file: string): Told[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Told);

  /** The fleet's hosts behind so many that packets to them vanish, in that order. */
  const withHoles = (count: number) => {
    const holes = Object.fromEntries(
      Array.from({ length: count }, (_, n) => [`hole${n}`, { ansible_host: `${HOLE}.${n + 1}` }]),
    );
    const real = Object.fromEntries(
      fleet.names.map((name) => {
        const { address, port } = fleet.host(name);
        return [name, { ansible_host: address, ansible_port: port }];
      }),
    );
    return fleet.write('holes.yaml', {
      hypervisors: {
        hosts: { ...holes, ...real },
        vars: {
          ansible_user: 'root',
          ansible_ssh_private_key_file: fleet.identity,
          ansible_ssh_common_args: `-o UserKnownHostsFile=${fleet.knownHosts}`,
        },
      },
    });
  };

  it('lets live hosts go before those that swallow every packet', async () => {
    const file = eventFile();
    const inventory = withHoles(10);
    const playbook = fleet.playbook(TAPS);
    const args = ['--forks', '2', '--connect-timeout', '5', '--events', file];
    const plan = await report(fleet, 'plan', playbook, args, { inventory });
    expect(plan.code).toBe(4);
    expect(plan.report.summary).toMatchObject({ hosts: 13, changes: 3, unreachable: 10 });
    const finished = told(file).filter(({ event }) => event === 'host-finished');
    // All ten were begun before them, and two may be at work at once.
    expect(finished.slice(0, 3).map(({ status }) => status)).toEqual(['changes', 'changes', 'changes']);
    expect(told(file).filter(({ event }) => event === 'host-retried')).toEqual([]);
    expect(plan.row('hole3').error?.kind).toBe('connect-timeout');
  });

  it('tries a refused connection again, and a host that came back is planned', async () => {
    const file = eventFile();
    await fleet.stop('hv01');
    const back = whenWritten(dirname(file), 'host-retried').then(() => fleet.start('hv01'));
    const plan = await report(fleet, 'plan', fleet.playbook(TAPS), ['--retries', '8', '--events', file]);
    await back;
    expect([plan.code, ...plan.statuses]).toEqual([0, 'changes', 'changes', 'changes']);
    expect(told(file).find(({ event }) => event === 'host-retried')).toMatchObject({
      host: 'hv01',
      attempt: 2,
    });
  });

  it('says how often it tried, and never tries again what cannot change', async () => {
    const file = eventFile();
    await fleet.stop('hv01');
    await fleet.stop('hv02');
    await fleet.start('hv02', { config: ['AllowUsers nobody'] });
    const playbook = fleet.playbook(TAPS);
    const plan = await report(fleet, 'plan', playbook, ['--retries', '1', '--events', file]);
    await fleet.stop('hv02');
    expect(plan.row('hv02').error).toMatchObject({ kind: 'authentication' });
    expect(plan.row('hv01').error).toMatchObject({ kind: 'connection-refused' });
    expect(plan.row('hv01').error?.message).toMatch(/\(tried 2 times\)$/);
    const retried = told(file).filter(({ event }) => event === 'host-retried');
    expect(retried.map(({ host }) => host)).toEqual(['hv01']);
  });

  it('gives up a host that hangs while it is read, and one that takes too long as a whole', async () => {
    for (const [option, words] of [
      ['--command-timeout', /did not finish its program within 1 s/],
      ['--host-timeout', /not finished within 1 s \(--host-timeout\)/],
    ] as const) {
      fleet.host('hv03').sshd.wrap('ip', 'exec sleep 30');
      const plan = await report(fleet, 'plan', fleet.playbook(TAPS), [option, '1']);
      expect([plan.code, ...plan.statuses]).toEqual([3, 'changes', 'changes', 'failed']);
      expect(plan.row('hv03').error?.kind).toBe('timeout');
      expect(plan.row('hv03').error?.message).toMatch(words);
      fleet.host('hv03').sshd.unwrap('ip');
    }
  });

  it('works with 5,000 forks where few files may be open', async () => {
    const hosts = Object.fromEntries(
      fleet.names.flatMap((name) => {
        const { address, port } = fleet.host(name);
        return Array.from({ length: 30 }, (_, n) => [
          `${name}-${n}`,
          { ansible_host: address, ansible_port: port },
        ]);
      }),
    );
    const vars = {
      ansible_user: 'root',
      ansible_ssh_private_key_file: fleet.identity,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${fleet.knownHosts}`,
    };
    const inventory = fleet.write('many.yaml', { hypervisors: { hosts, vars } });
    const args = ['plan', fleet.playbook(TAPS), '-i', inventory, '--forks', '5000', '--format', 'json'];
    const limited = ['sh', '-c', 'ulimit -n 80; exec "$@"', 'sh', process.execPath, PROGRAM, ...args];
    const { code, stdout, stderr } = await runProcess(['ip', 'netns', 'exec', fleet.controller, ...limited], {
      cwd: fleet.folder,
      env: { PATH: process.env.PATH ?? '', HOME: fleet.folder },
    });
    expect(stderr).toMatch(/note: \d+ hosts at once, not 5000/);
    expect(JSON.parse(stdout).summary).toMatchObject({ hosts: 90, changes: 90 });
    expect(code).toBe(0);
  });
});
