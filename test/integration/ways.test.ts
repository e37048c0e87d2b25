/** Other ways to a host than straight over TCP: bastions, programs, this machine itself; and ssh's own configuration. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { runCli, runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';

const PLAY = { hosts: 'hv02:hv03', macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge' }] };

describeWith(FLEET_NEEDS, 'ways to a host', () => {
  let fleet: SshdFleet;
  let playbook: string;
  let marks: Record<string, number>;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
    playbook = fleet.playbook(PLAY);
    mkdirSync(join(fleet.folder, '.ssh'));
    copyFileSync(fleet.identity, join(fleet.folder, '.ssh', 'id_ed25519'));
    copyFileSync(fleet.knownHosts, join(fleet.folder, '.ssh', 'known_hosts'));
  });
  beforeEach(async () => {
    await fleet.reset();
    writeFileSync(join(fleet.folder, '.ssh', 'config'), '');
    marks = Object.fromEntries(fleet.names.map((name) => [name, fleet.host(name).sshd.log.length]));
  });
  afterAll(() => fleet?.close());

  const logOf = (name: string) => fleet.host(name).sshd.log.slice(marks[name]);
  const logins = (name: string) =>
    [...logOf(name).matchAll(/Accepted publickey for \S+ from (\S+)/g)].map((m) => m[1]);

  async function expectThroughBastion(inventory: string, args: readonly string[] = []): Promise<void> {
    const applied = await report(fleet, 'apply', playbook, args, { inventory });
    expect([applied.code, ...applied.statuses]).toEqual([0, 'changed', 'changed']);
    expect(logins('hv01')).toHaveLength(1);
    const bastion = fleet.host('hv01').address;
    expect([logins('hv02'), logins('hv03')]).toEqual([[bastion], [bastion]]);
  }

  it.each([
    ['-J', '-J root@ADDRESS'],
    ['ProxyJump', '-o ProxyJump=root@ADDRESS:22'],
    ['ssh -W', '-o ProxyCommand="ssh -W %h:%p -q root@ADDRESS"'],
  ])('goes over a bastion with %s, one login for all hosts behind it', async (_title, args) => {
    const known = `-o UserKnownHostsFile=${fleet.knownHosts} `;
    await expectThroughBastion(
      fleet.inventory({
        ansible_ssh_common_args: known + args.replace('ADDRESS', fleet.host('hv01').address),
      }),
    );
  });

  it.each([
    ['-J', '-J root@ONE,root@TWO:PORT'],
    ['ProxyJump, each hop as the configuration says', '-J one,two'],
  ])('goes over two bastions with %s, one login on each for all hosts behind them', async (_title, args) => {
    const [one, two, three] = fleet.names.map((name) => fleet.host(name));
    writeFileSync(
      join(fleet.folder, '.ssh', 'config'),
      `Host one\n  Hostname ${one?.address}\nHost two\n  Hostname ${two?.address}\n  Port ${two?.port}\nHost *\n  User root\n`,
    );
    const words = args
      .replace('ONE', one?.address ?? '')
      .replace('TWO', two?.address ?? '')
      .replace('PORT', String(two?.port));
    const inventory = fleet.write(
      'far.ini',
      `[far]\na ansible_host=${three?.address}\nb ansible_host=${three?.address}\n[far:vars]\nansible_ssh_common_args=${words}\n`,
    );
    const play = fleet.playbook({ ...PLAY, hosts: 'far' });
    const plan = await report(fleet, 'plan', play, [], { inventory });
    expect([plan.code, ...plan.statuses]).toEqual([0, 'changes', 'changes']);
    expect(logins('hv01')).toHaveLength(1);
    expect(logins('hv02')).toEqual([one?.address]);
    expect(logins('hv03')).toEqual([two?.address, two?.address]);
  });

  it('goes to addresses of IPv6, with ports and zones, under the names that ssh writes down', async () => {
    const { netns } = fleet.host('hv03');
    for (const [space, device, last] of [
      [fleet.controller, 'br0', '1'],
      [netns, 'mgmt0', '13'],
    ]) {
      for (const net of ['fd12::', 'fe80::']) {
        const add = [
          'ip',
          '-n',
          space ?? '',
          'addr',
          'add',
          `${net}${last}/64`,
          'dev',
          device ?? '',
          'nodad',
        ];
        expect(await runProcess(add)).toMatchObject({ code: 0 });
      }
    }
    await fleet.stop('hv03');
    await fleet.start('hv03', { config: ['ListenAddress [::]:22', 'ListenAddress [::]:2222'] });
    const targets = [['fd12::13'], ['fd12::13', '-p', '2222'], ['fe80::13%br0']];
    const known = fleet.write('known_hosts', '');
    for (const [address = '', ...port] of targets) {
      const ssh = [
        'ssh',
        '-F',
        'none',
        '-o',
        'StrictHostKeyChecking=accept-new',
        '-o',
        `UserKnownHostsFile=${known}`,
      ];
      const login = [
        ...ssh,
        '-o',
        'HashKnownHosts=yes',
        '-i',
        fleet.identity,
        ...port,
        `root@${address}`,
        'true',
      ];
      const inside = ['ip', 'netns', 'exec', fleet.controller, ...login];
      expect(await runProcess(inside)).toMatchObject({ code: 0 });
    }
    const inventory = fleet.write(
      'six.ini',
      [
        'fd12::13',
        'b ansible_host=fd12::13 ansible_port=2222',
        'c ansible_host=fe80::13%br0',
        '[all:vars]',
        'ansible_user=root',
        `ansible_ssh_private_key_file=${fleet.identity}`,
        `ansible_ssh_common_args=-o UserKnownHostsFile=${known}`,
        '',
      ].join('\n'),
    );
    const play = fleet.playbook({ ...PLAY, hosts: 'all' });
    const plan = await report(fleet, 'plan', play, [], { inventory });
    expect(plan.statuses).toEqual(['changes', 'changes', 'changes']);
    await fleet.stop('hv03');
    await fleet.start('hv03');
  });

  it('goes as ~/.ssh/config says: names, ports, users, keys and the bastion', async () => {
    const [one, two, three] = fleet.names.map((name) => fleet.host(name));
    writeFileSync(
      join(fleet.folder, '.ssh', 'config'),
      [
        `Host jump\n  HostName ${one?.address}`,
        `Host hv02\n  HostName ${two?.address}\n  Port ${two?.port}`,
        `Host hv03\n  HostName ${three?.address}`,
        `Host *\n  User root\n  IdentityFile ~/.ssh/id_ed25519\n  IdentitiesOnly yes`,
        'Match originalhost hv*\n  ProxyJump jump\n  Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com',
        '',
      ].join('\n'),
    );
    await expectThroughBastion(fleet.write('hosts.ini', 'hv02\nhv03\n'));
  });

  it('runs a ProxyCommand of the user’s own configuration, not one of an inventory', async () => {
    const { address, port } = fleet.host('hv03');
    const own = `-F none -o UserKnownHostsFile=${fleet.knownHosts} -i ${fleet.identity} -o BatchMode=yes`;
    const filled = `ssh ${own} -W ${address}:${port} root@${fleet.host('hv01').address}`;
    const lines = `Host hv03\n  HostName ${address}\n  User root\n  ProxyCommand ${filled}\n`;
    writeFileSync(join(fleet.folder, '.ssh', 'config'), lines);
    const inventory = fleet.write('one.ini', 'hv03\n');
    const plan = await report(fleet, 'plan', fleet.playbook({ ...PLAY, hosts: 'hv03' }), [], { inventory });
    expect(plan.statuses).toEqual(['changes']);
    expect(logins('hv03')).toEqual([fleet.host('hv01').address]);
    const sly = fleet.inventory({ ansible_ssh_common_args: `-o ProxyCommand='touch ${fleet.folder}/ran'` });
    const refused = await fleet.tapfleet(['plan', playbook, '-i', sly]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('an inventory may run no program'),
    ]);
  });

  it('runs a ProxyCommand of --ssh-common-args, as the caller wrote it', async () => {
    const { address, port } = fleet.host('hv03');
    const own = `-F none -o UserKnownHostsFile=${fleet.knownHosts} -i ${fleet.identity} -o BatchMode=yes`;
    const command = `env ssh ${own} -W %h:%p root@${fleet.host('hv01').address}`;
    const inventory = fleet.write(
      'one.ini',
      `hv03 ansible_host=${address} ansible_port=${port} ansible_user=root\n`,
    );
    const args = ['--ssh-common-args', `-o "ProxyCommand ${command}"`];
    const plan = await report(fleet, 'plan', fleet.playbook({ ...PLAY, hosts: 'hv03' }), args, { inventory });
    expect(plan.statuses).toEqual(['changes']);
    expect(logins('hv03')).toEqual([fleet.host('hv01').address]);
  });

  it.each([
    ['ends', 'sh -c "echo no way through >&2; exit 3"', 'it ended with code 3: no way through'],
    ['is not there', '/nonexistent/nc', 'it ended with code 127: '],
    ['speaks no SSH', 'sh -c "echo HTTP/1.1 400; echo bad port >&2"', 'it ended with code 0: bad port'],
  ])('says what a ProxyCommand said that %s', async (_title, command, said) => {
    writeFileSync(join(fleet.folder, '.ssh', 'config'), `ProxyCommand ${command}\n`);
    const plan = await report(fleet, 'plan', playbook, ['--retries', '0'], {});
    expect([plan.code, ...plan.statuses]).toEqual([4, 'unreachable', 'unreachable']);
    expect(plan.row('hv03').error).toEqual({
      kind: 'connection-lost',
      message: expect.stringContaining(`no SSH came through the ProxyCommand: ${said}`),
    });
  });

  it('says what a ProxyCommand said that leads nowhere, and ends it', async () => {
    const pid = join(fleet.folder, 'pid');
    const command = `sh -c "echo $$ > ${pid}; echo waiting for a carrier >&2; exec sleep 600"`;
    writeFileSync(join(fleet.folder, '.ssh', 'config'), `ProxyCommand ${command}\n`);
    const plan = await report(fleet, 'plan', playbook, [
      '--retries',
      '0',
      '-l',
      'hv03',
      '--connect-timeout',
      '2',
    ]);
    expect(plan.row('hv03').error).toEqual({
      kind: 'connect-timeout',
      message: expect.stringMatching(/ did not answer within 2 s: waiting for a carrier$/),
    });
    expect(existsSync(`/proc/${readFileSync(pid, 'utf8').trim()}`)).toBe(false);
  });

  it('goes over one bastion to many hosts at once, and says nothing of it', async () => {
    const { address } = fleet.host('hv03');
    const hosts = Array.from({ length: 40 }, (_, n) => `h${n} ansible_host=${address}\n`).join('');
    const vars = [
      'ansible_user=root',
      `ansible_ssh_private_key_file=${fleet.identity}`,
      `ansible_ssh_common_args=-o UserKnownHostsFile=${fleet.knownHosts} -J root@${fleet.host('hv01').address}`,
    ];
    const inventory = fleet.write('many.ini', `[many]\n${hosts}[many:vars]\n${vars.join('\n')}\n`);
    const play = fleet.playbook({ ...PLAY, hosts: 'many' });
    const plan = await report(fleet, 'plan', play, ['-f', '40'], { inventory });
    expect([plan.code, plan.report.summary.changes, plan.stderr]).toEqual([0, 40, '']);
    expect([logins('hv01').length, logins('hv03').length]).toEqual([1, 40]);
  });

  it('goes as the file of -F says, and runs nothing that it names', async () => {
    const { address } = fleet.host('hv03');
    const config = (more: string) =>
      fleet.write(
        'theirs',
        `Host hv03\n  HostName ${address}\n  User root\n  IdentityFile ~/.ssh/id_ed25519\n${more}`,
      );
    const inventory = (file: string) => fleet.write('one.ini', `hv03 ansible_ssh_common_args="-F ${file}"\n`);
    const one = fleet.playbook({ ...PLAY, hosts: 'hv03' });
    const plan = await report(fleet, 'plan', one, [], { inventory: inventory(config('')) });
    expect(plan.statuses).toEqual(['changes']);
    const sly = config(`  ProxyCommand touch ${fleet.folder}/ran\n`);
    const refused = await fleet.tapfleet(['plan', one, '-i', inventory(sly)]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(`${sly}:5:3`)]);
    expect(refused.stderr).toContain('an inventory may run no program');
    expect(existsSync(join(fleet.folder, 'ran'))).toBe(false);
  });

  it('says where a circle of jumps is written', async () => {
    const file = join(fleet.folder, '.ssh', 'config');
    writeFileSync(file, 'Host *\n  ProxyJump jump\n');
    const inventory = fleet.write('one.ini', 'hv02\nhv03\n');
    const refused = await fleet.tapfleet(['plan', playbook, '-i', inventory]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(`${file}:2:3`)]);
    expect(refused.stderr).toContain('a jump in a circle');
    expect(refused.stderr.match(/in a circle/g)).toHaveLength(1);
  });

  it('names the bastion that cannot be reached, in each row, and tries it as often as a host, for all of them', async () => {
    await fleet.stop('hv01');
    const known = `-o UserKnownHostsFile=${fleet.knownHosts}`;
    const inventory = fleet.inventory({
      ansible_ssh_common_args: `${known} -J root@${fleet.host('hv01').address}`,
    });
    const plan = await report(fleet, 'plan', playbook, [], { inventory });
    expect([plan.code, ...plan.statuses]).toEqual([4, 'unreachable', 'unreachable']);
    expect(plan.row('hv02').error).toEqual({
      kind: 'connection-refused',
      message: expect.stringMatching(/^the bastion [\d.]+:22: .* \(tried 3 times\)$/),
    });
  });

  it('goes as variables beside the playbook say, for a saved plan and an undoing too', async () => {
    const home = join(fleet.folder, 'plays');
    const { address } = fleet.host('hv03');
    mkdirSync(join(home, 'group_vars'), { recursive: true });
    copyFileSync(fleet.identity, join(home, 'key'));
    copyFileSync(fleet.knownHosts, join(home, 'known'));
    const vars = {
      ansible_host: address,
      ansible_user: 'root',
      ansible_ssh_private_key_file: '{{ playbook_dir }}/key',
      ansible_ssh_common_args: '-o UserKnownHostsFile={{ playbook_dir }}/known -o IdentitiesOnly=yes',
    };
    writeFileSync(join(home, 'group_vars', 'far.json'), JSON.stringify(vars));
    writeFileSync(join(home, 'site.yml'), JSON.stringify([{ ...PLAY, hosts: 'far' }]));
    const inventory = fleet.write('far.ini', '[far]\na\n');
    writeFileSync(join(fleet.folder, '.ssh', 'config'), 'User nobody\nIdentityFile none\n');
    const run = (...args: string[]) =>
      fleet.tapfleet([...args, '-i', inventory], { cwd: home, env: { SSH_AUTH_SOCK: '' } });
    expect(await run('plan', 'site.yml', '--out', 'saved')).toMatchObject({ code: 0 });
    expect(await run('apply', 'saved', '--yes')).toMatchObject({ code: 0 });
    expect(await fleet.ip('hv03', 'link', 'show', 'dev', 'a0')).toContain('a0@eno1');
    expect(await run('drift', join(home, 'site.yml'))).toMatchObject({ code: 0 });
    expect(await run('undo', 'last', '--yes')).toMatchObject({ code: 0 });
    await expect(fleet.ip('hv03', 'link', 'show', 'dev', 'a0')).rejects.toThrow('does not exist');
    expect(logins('hv03')).toHaveLength(4);
  });

  it('works on this machine where the connection is local', async () => {
    const { netns } = fleet.host('hv01');
    const here = fleet.write('here.ini', 'this ansible_connection=local\n');
    const play = fleet.playbook({ ...PLAY, hosts: 'this' });
    const run = (...args: string[]) => runCli([...args, play, '-i', here], { netns });
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 });
    expect(await fleet.ip('hv01', 'link', 'show', 'dev', 'a0')).toContain('a0@eno1');
    expect(await run('drift')).toMatchObject({ code: 0 });
    expect(logins('hv01')).toEqual([]);
    expect(fleet.transactions('hv01')).toEqual([]);
  });
});
