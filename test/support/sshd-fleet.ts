/**
 * Hosts as a run meets them: network namespaces with uplinks and a switch, each reached through OpenSSH's own sshd over
 * a management network of their own. The program under test runs in one more namespace. Nothing of it is left behind.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliOptions, type CliResult, runCli, runProcess } from './cli.ts';
import { batch, makeKey, must, untilUp } from './sshd-commands.ts';
import { Daemon, killQuietly, type LoginOptions, type StartOptions } from './sshd-daemon.ts';
import { controllerLines, hostAddress, hostLines, type ListedLink, resetLines } from './sshd-network.ts';
import { Tap } from './sshd-tap.ts';
import { removeTransactions, transactionEnd, transactionFolders } from './sshd-transaction.ts';

export interface FleetOptions {
  readonly hosts: number;
}

/** A host's key is known under `[address]:port` where the port is not 22: one host has another. */
const ODD_PORT = 2202;

interface FleetHost {
  readonly name: string;
  readonly netns: string;
  readonly address: string;
  readonly port: number;
  readonly folder: string;
  readonly sshd: Daemon;
}

export class SshdFleet {
  readonly #id = `tft-${randomBytes(4).toString('hex')}`;
  readonly folder = mkdtempSync(join(tmpdir(), `${this.#id}-`));
  /** Device nodes work here; a file system for temporary files may be mounted without them. */
  readonly #nodes = mkdtempSync(`/dev/${this.#id}-`);
  readonly #hosts = new Map<string, FleetHost>();
  readonly #taps: Tap[] = [];
  readonly #atExit = () => this.#remove();
  readonly #atSignal = (signal: NodeJS.Signals) => {
    process.off('exit', this.#atExit);
    this.#remove();
    process.kill(process.pid, signal);
  };
  #files = 0;

  static async start({ hosts }: FleetOptions): Promise<SshdFleet> {
    const fleet = new SshdFleet(hosts);
    try {
      await fleet.#start();
    } catch (error) {
      await fleet.close();
      throw error;
    }
    return fleet;
  }

  private constructor(hosts: number) {
    process.once('exit', this.#atExit);
    for (const signal of SIGNALS) process.once(signal, this.#atSignal);
    // Users of the hosts who are not root look for their keys in here.
    chmodSync(this.folder, 0o711);
    for (let index = 0; index < hosts; index++) {
      const name = `hv${String(index + 1).padStart(2, '0')}`;
      const at = {
        netns: `${this.#id}-${name}`,
        address: hostAddress(index),
        port: index === 1 ? ODD_PORT : 22,
        folder: join(this.folder, name),
      };
      mkdirSync(at.folder);
      this.#hosts.set(name, { name, ...at, sshd: new Daemon(at) });
    }
  }

  async #start(): Promise<void> {
    const hosts = [...this.#hosts.values()];
    const names = [this.controller, ...hosts.map(({ netns }) => netns)];
    await batch(
      [],
      names.map((name) => `netns add ${name}`),
    );
    await Promise.all([
      this.#makeKeys(hosts),
      ...hosts.map((host, index) => batch(['-n', host.netns], hostLines(index, this.controller))),
    ]);
    await batch(['-n', this.controller], controllerLines(hosts.length));
    await Promise.all(names.map((name) => untilUp(name)));
    await Promise.all(hosts.map((host) => this.#untilReachable(host)));
  }

  /** The first packets between two fresh links are easily lost, and ARP and TCP then wait for whole seconds. */
  async #untilReachable({ sshd, address, port }: FleetHost): Promise<void> {
    await sshd.start();
    const scan = ['ssh-keyscan', '-T', '10', '-t', 'ed25519', '-p', String(port), address];
    must(await runProcess(['ip', 'netns', 'exec', this.controller, ...scan]), scan.join(' '));
    await sshd.waitForLog(/^Connection (closed|reset) by /m);
  }

  async #makeKeys(hosts: readonly FleetHost[]): Promise<void> {
    const keys = [this.identity, ...hosts.map(({ folder }) => join(folder, 'host_key'))];
    await Promise.all(keys.map((file) => makeKey(file)));
    const login = readFileSync(`${this.identity}.pub`, 'utf8');
    for (const { folder } of hosts) writeFileSync(join(folder, 'authorized_keys'), login);
    const known = hosts.map(({ name }) => this.knownHostsLine(name));
    writeFileSync(this.knownHosts, known.join(''));
  }

  /** The namespace the program runs in. */
  get controller(): string {
    return `${this.#id}-ctl`;
  }

  get identity(): string {
    return join(this.folder, 'id_ed25519');
  }

  get knownHosts(): string {
    return join(this.folder, 'known_hosts');
  }

  get names(): string[] {
    return [...this.#hosts.keys()];
  }

  host(name: string): FleetHost {
    const host = this.#hosts.get(name);
    if (!host) throw new Error(`no host ${name} in this fleet`);
    return host;
  }

  /** The line that makes the key of a host known; `key` names another of its keys. */
  knownHostsLine(name: string, key = 'host_key'): string {
    const { address, port, folder } = this.host(name);
    const [type, blob] = readFileSync(join(folder, `${key}.pub`), 'utf8').split(' ');
    return `${port === 22 ? address : `[${address}]:${port}`} ${type} ${blob}\n`;
  }

  /** Path of a YAML inventory of the whole fleet, of the group `hypervisors`; `vars` go over those of every host. */
  inventory(vars: Readonly<Record<string, unknown>> = {}): string {
    const hosts = Object.fromEntries(
      [...this.#hosts.values()].map(({ name, address, port }) => [
        name,
        { ansible_host: address, ...(port === 22 ? {} : { ansible_port: port }) },
      ]),
    );
    const all = {
      ansible_user: 'root',
      ansible_ssh_private_key_file: this.identity,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${this.knownHosts}`,
      ...vars,
    };
    return this.write('inventory.yaml', { all: { vars: all, children: { hypervisors: { hosts } } } });
  }

  /** Path of a playbook with these plays; hosts default to all of the fleet. */
  playbook(...plays: readonly Readonly<Record<string, unknown>>[]): string {
    return this.write(
      'playbook.yaml',
      plays.map((play) => ({ hosts: 'hypervisors', ...play })),
    );
  }

  /** A new file each time; JSON is YAML. */
  write(name: string, value: unknown): string {
    const file = join(this.folder, `${++this.#files}-${name}`);
    writeFileSync(file, typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`);
    return file;
  }

  /** The program, in the controller's namespace. */
  tapfleet(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    const env = { HOME: this.folder, ...options.env };
    return runCli(args, { netns: this.controller, cwd: this.folder, ...options, env });
  }

  /** `ip` in a host's namespace, beside anything that the host's logins would find; throws where it fails. */
  async ip(name: string, ...args: readonly string[]): Promise<string> {
    return must(await runProcess(['ip', '-n', this.host(name).netns, ...args]), `ip ${args.join(' ')}`);
  }

  exec(name: string, argv: readonly string[]): Promise<CliResult> {
    return runProcess(['ip', 'netns', 'exec', this.host(name).netns, ...argv]);
  }

  /** Every link of a host as `ip` prints it, to tell whether anything was touched, without what moves by itself. */
  async snapshot(name: string): Promise<string> {
    return (await this.ip(name, '-d', 'link', 'show')).replace(
      /\w+_timer +[0-9.]+ | state [A-Z]+(?= mode)/g,
      '',
    );
  }

  login(name: string, options: LoginOptions): void {
    this.host(name).sshd.login(options);
  }

  start(name: string, options?: StartOptions): Promise<void> {
    return this.host(name).sshd.start(options);
  }

  stop(name: string): Promise<void> {
    return this.host(name).sshd.stop();
  }

  /** Gives a host a second key, for `start(name, { hostKey })`; gives back its path. */
  async makeHostKey(name: string, file: string, type?: string): Promise<string> {
    const path = join(this.host(name).folder, file);
    await makeKey(path, type);
    return path;
  }

  learn(name: string): void {
    appendFileSync(this.knownHosts, this.knownHostsLine(name));
  }

  async openTap(name: string, macvtap: string): Promise<Tap> {
    const tap = new Tap(await this.makeNode(name, macvtap));
    this.#taps.push(tap);
    return tap;
  }

  /** A device node for the tap of a macvtap, by its number, as /dev/tapN may be another namespace's. */
  async makeNode(name: string, macvtap: string): Promise<string> {
    const file = await this.exec(name, ['sh', '-c', `cat /sys/class/net/${macvtap}/macvtap/tap*/dev`]);
    const [major = '', minor = ''] = must(file, `reading the tap of ${macvtap}`).trim().split(':');
    const node = join(this.#nodes, `${name}-${macvtap}-${++this.#files}`);
    must(await runProcess(['mknod', '-m', '600', node, 'c', major, minor]), 'mknod');
    return node;
  }

  /** What transactions have left in a host's /run. */
  transactions(name: string): string[] {
    return transactionFolders(this.host(name).netns);
  }

  /** Resolves when no transaction of this host is under way any more. */
  idle(name: string): Promise<void> {
    return transactionEnd(this.host(name).netns);
  }

  /** Puts every host back to what it was at first: no transaction, no macvtaps, uplinks up with the usual MTU, no wrappers, sshd up. */
  async reset(): Promise<void> {
    await Promise.all(this.#taps.splice(0).map((tap) => tap.close()));
    await Promise.all(
      [...this.#hosts.values()].map(async ({ name, sshd }) => {
        for (const wrapper of readdirSync(sshd.bin)) sshd.unwrap(wrapper);
        sshd.login({});
        await this.idle(name);
        if (sshd.pid === undefined) await sshd.start();
        const links = JSON.parse(await this.ip(name, '-j', '-d', 'link', 'show')) as ListedLink[];
        const lines = resetLines(links);
        if (lines.length > 0) await batch(['-n', this.host(name).netns], lines);
      }),
    );
  }

  /** Ends and removes everything, and makes sure that it is gone. */
  async close(): Promise<void> {
    process.off('exit', this.#atExit);
    for (const signal of SIGNALS) process.off(signal, this.#atSignal);
    await Promise.all(this.#taps.splice(0).map((tap) => tap.close()));
    await Promise.all([...this.#hosts.values()].map(({ sshd }) => sshd.stop()));
    this.#remove();
  }

  #remove(): void {
    const spaces = [this.controller, ...[...this.#hosts.values()].map(({ netns }) => netns)];
    const there = spaces.filter((name) => existsSync(`/run/netns/${name}`));
    for (const name of there) {
      const pids = execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
      for (const pid of pids.split('\n').filter(Boolean)) killQuietly(Number(pid));
      removeTransactions(name);
      execFileSync('ip', ['netns', 'del', name]);
    }
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.#nodes, { recursive: true, force: true });
    const left = readdirSync('/run/netns').filter((name) => name.startsWith(this.#id));
    if (left.length > 0) throw new Error(`namespaces stay: ${left.join(', ')}`);
  }
}

/** One that ends a process by itself runs no exit hook. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
