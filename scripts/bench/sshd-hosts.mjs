// Real hosts to measure with: a network namespace each, with two lower devices and OpenSSH's own sshd, on a management
// network that exists nowhere else; and a namespace for the controller. The stage takes them away.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, tries } from './needs.mjs';
import { ipBatch } from './stage.mjs';

const LOWERS = ['eno1', 'eno2'];
const READY_MS = 60_000;
const KEYSCAN_AT_ONCE = 100;

export class SshdHosts {
  #stage;
  #spaces;

  static async start(stage, count) {
    const hosts = new SshdHosts(stage, count);
    await hosts.#start();
    return hosts;
  }

  constructor(stage, count) {
    this.#stage = stage;
    const width = String(count).length;
    this.names = Array.from({ length: count }, (_, n) => `hv${String(n + 1).padStart(width, '0')}`);
    this.addresses = this.names.map((_, n) => `10.214.${1 + Math.floor(n / 250)}.${1 + (n % 250)}`);
    /** `dummy` where this kernel has it, else one end of a veth pair. */
    this.lowerKind = tries('ip link add d0 type dummy') ? 'dummy' : 'veth';
  }

  async #start() {
    const [controller, ...spaces] = this.#stage.namespaces(['ctl', ...this.names]);
    this.controller = controller;
    this.#spaces = spaces;
    for (const [n, space] of spaces.entries()) ipBatch(['-n', space], this.#hostLines(n));
    ipBatch(['-n', controller], controllerLines(spaces.length));
    this.identity = this.#key('identity');
    // Compiled into sshd, and on Debian made by the service that is never started here.
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    for (const [n] of spaces.entries()) this.#startSshd(n);
    this.knownHosts = await this.#untilReachable();
    this.sshConfig = this.#stage.write(
      'ssh_config',
      [
        'User root',
        `IdentityFile ${this.identity}`,
        'IdentitiesOnly yes',
        `UserKnownHostsFile ${this.knownHosts}`,
        'GlobalKnownHostsFile none',
        'StrictHostKeyChecking yes',
        'BatchMode yes',
        'KexAlgorithms curve25519-sha256',
        '',
      ].join('\n'),
    );
  }

  #hostLines(n) {
    const up = (name) => [`link set dev ${name} addrgenmode none`, `link set dev ${name} up`];
    const lower = (name) => `link add name ${name} type ${this.lowerKind}`;
    return [
      'link set dev lo up',
      `link add name mgmt0 type veth peer name m${n} netns ${this.controller}`,
      ...up('mgmt0'),
      `addr add ${this.addresses[n]}/16 dev mgmt0`,
      ...LOWERS.flatMap((name) =>
        this.lowerKind === 'dummy'
          ? [lower(name), ...up(name)]
          : [`${lower(name)} peer name sw-${name}`, ...up(`sw-${name}`), ...up(name)],
      ),
    ];
  }

  #key(name) {
    const file = join(this.#stage.folder, name);
    const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr}`);
    return file;
  }

  #startSshd(n) {
    const folder = join(this.#stage.folder, this.names[n]);
    mkdirSync(join(folder, 'home'), { recursive: true });
    const hostKey = this.#key(join(this.names[n], 'host_key'));
    // A login of this machine's root would run what its owner has in ~/.bashrc: that is not what is measured.
    const others = readFileSync('/etc/passwd', 'utf8').replace(/^root:.*\n/m, '');
    writeFileSync(join(folder, 'passwd'), `root:x:0:0:root:${folder}/home:/bin/bash\n${others}`);
    const config = [
      `ListenAddress ${this.addresses[n]}:22`,
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${this.identity}.pub`,
      'SetEnv PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'AuthenticationMethods publickey',
      'PermitRootLogin prohibit-password',
      'LogLevel ERROR',
      'PidFile none',
      'PrintLastLog no',
      'PrintMotd no',
      'StrictModes no',
      'UseDNS no',
      'UsePAM no',
      'Subsystem sftp internal-sftp',
      '',
    ];
    writeFileSync(join(folder, 'sshd_config'), config.join('\n'));
    // As on every host with systemd: a /run of its own, in memory, which knows nothing of the other hosts.
    const run = 'mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd';
    const script = `mount --bind passwd /etc/passwd && ${run} && exec "$0" -D -f "$PWD/sshd_config"`;
    const argv = ['netns', 'exec', this.#spaces[n], 'sh', '-c', script, findProgram('sshd')];
    this.#stage.own(spawn('ip', argv, { cwd: folder, stdio: 'ignore' }));
  }

  /** Path of a known_hosts with every host's key. Asking for the keys also gets ARP done before anything is timed. */
  async #untilReachable() {
    const deadline = Date.now() + READY_MS;
    const known = new Map();
    while (known.size < this.names.length) {
      if (Date.now() > deadline)
        throw new Error(`only ${known.size} of ${this.names.length} hosts can be reached`);
      const due = this.addresses.filter((address) => !known.has(address)).slice(0, KEYSCAN_AT_ONCE);
      const scan = ['netns', 'exec', this.controller, 'ssh-keyscan', '-T', '5', '-t', 'ed25519', ...due];
      const { stdout } = spawnSync('ip', scan, { encoding: 'utf8' });
      for (const line of stdout.split('\n')) {
        if (/^\d/.test(line)) known.set(line.split(' ')[0], line);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return this.#stage.write('known_hosts', `${[...known.values()].join('\n')}\n`);
  }

  /** Path of an inventory of the first `count` hosts; `vars` go over those of all. */
  inventory(count = this.names.length, vars = {}) {
    const hosts = this.names
      .slice(0, count)
      .map((name, n) => [name, vars.ansible_host === undefined ? { ansible_host: this.addresses[n] } : {}]);
    const common = {
      ansible_user: 'root',
      ansible_ssh_private_key_file: this.identity,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${this.knownHosts}`,
      ...vars,
    };
    return this.#stage.write('inventory.json', {
      all: { vars: common, children: { hypervisors: { hosts: Object.fromEntries(hosts) } } },
    });
  }

  space(n) {
    return this.#spaces[n];
  }

  /** Takes every macvtap of the host away, all at once: one by one the kernel waits for each. */
  clear(n) {
    const listed = spawnSync('ip', ['-n', this.#spaces[n], '-j', 'link', 'show', 'type', 'macvtap'], {
      encoding: 'utf8',
    });
    const names = JSON.parse(listed.stdout || '[]').map(({ ifname }) => ifname);
    if (names.length === 0) return;
    const into = names.map((name) => `link set dev ${name} group 4242`);
    ipBatch(['-n', this.#spaces[n]], [...into, 'link del group 4242']);
  }

  clearAll() {
    for (const n of this.names.keys()) this.clear(n);
  }

  macvtapsOf(n) {
    const { stdout } = spawnSync('ip', ['-n', this.#spaces[n], '-j', 'link', 'show', 'type', 'macvtap'], {
      encoding: 'utf8',
    });
    return JSON.parse(stdout || '[]').length;
  }
}

function controllerLines(hosts) {
  return [
    'link set dev lo up',
    'link add name br0 type bridge',
    'link set dev br0 addrgenmode none',
    'link set dev br0 up',
    'addr add 10.214.0.1/16 dev br0',
    ...Array.from({ length: hosts }, (_, n) => [
      `link set dev m${n} addrgenmode none`,
      `link set dev m${n} master br0`,
      `link set dev m${n} up`,
    ]).flat(),
  ];
}
