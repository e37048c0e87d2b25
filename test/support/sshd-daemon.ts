/**
 * How does one host of a test fleet let people in? Debian's own sshd in the host's network namespace, with keys, users
 * and a login environment of its own, started and ended by process id, its log read as it is written.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './needs.ts';

export interface DaemonOptions {
  readonly netns: string;
  readonly address: string;
  readonly port: number;
  /** A directory of its own, with `host_key` and `authorized_keys` in it. */
  readonly folder: string;
}

export interface LoginOptions {
  /** Path of root's login shell. */
  readonly shell?: string;
  /** Files of root's home, by name; those of an earlier call are gone. */
  readonly home?: Readonly<Record<string, string>>;
}

export interface StartOptions {
  readonly path?: string;
  readonly hostKey?: string;
  /** Lines that go before all others of sshd_config, where the first value of a keyword counts. */
  readonly config?: readonly string[];
  /** Files of the host's own, by the path that everyone on it sees them under; the path must exist on this machine. */
  readonly files?: Readonly<Record<string, string>>;
  /** Lines of sh that are run before sshd, in the mount namespace that is the host's own. */
  readonly prepare?: readonly string[];
  /** The program, with its arguments, that starts sshd. */
  readonly under?: readonly string[];
  /** Passwords of users, for `UsePAM yes` or `PasswordAuthentication yes`. */
  readonly passwords?: Readonly<Record<string, string>>;
}

export interface Wrapping {
  readonly before?: string;
  readonly edit?: string;
  readonly undo?: string;
}

/** A user of every host who is not root. */
export const PLAIN_USER = 'operator';

const READY_MS = 10_000;

export class Daemon {
  readonly #options: DaemonOptions;
  #child: ChildProcess | undefined;
  /** Everything sshd has logged, over all its starts. */
  log = '';

  constructor(options: DaemonOptions) {
    this.#options = options;
    mkdirSync(this.bin, { recursive: true });
    this.login({});
  }

  /** First in the PATH of every login: a program put here goes before the host's own. */
  get bin(): string {
    return join(this.#options.folder, 'bin');
  }

  wrap(name: string, script: string): void {
    writeFileSync(join(this.bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  /**
   * An `ip` that, where it is to make changes, runs `before` and then the lines as the sed script `edit` leaves them.
   * `undo` edits the lines that take changes back.
   */
  wrapChanges({ before = ':', edit = '', undo = '' }: Wrapping): void {
    const ip = findProgram('ip') ?? 'ip';
    this.wrap(
      'ip',
      [
        `case "$*" in`,
        `  '-force -batch '*) sed -i '${undo}' "$3"; exec ${ip} "$@";;`,
        `  *'-batch ./steps') ${before}; sed -i '${edit}' ./steps; exec ${ip} "$@";;`,
        `  *) exec ${ip} "$@";;`,
        'esac',
      ].join('\n'),
    );
  }

  unwrap(name: string): void {
    rmSync(join(this.bin, name), { force: true });
  }

  /** From the next login on. The file is written in place, for sshd sees it through a bind mount. */
  login({ shell = '/bin/bash', home = {} }: LoginOptions): void {
    const { folder } = this.#options;
    const house = join(folder, 'home');
    rmSync(house, { recursive: true, force: true });
    mkdirSync(house, { mode: 0o700 });
    for (const [name, text] of Object.entries(home)) {
      mkdirSync(join(house, name, '..'), { recursive: true });
      writeFileSync(join(house, name), text);
    }
    const others = readFileSync('/etc/passwd', 'utf8').replace(/^root:.*\n/m, '');
    const root = `root:x:0:0:root:${house}:${shell}\n`;
    const plain = `${PLAIN_USER}:x:4711:4711::/:/bin/sh\n`;
    writeFileSync(join(folder, 'passwd'), `${root}${plain}${others}`);
  }

  async start({
    path = `${this.bin}:/usr/bin:/bin`,
    hostKey = 'host_key',
    config = [],
    files = {},
    prepare = [],
    under = [],
    passwords = {},
  }: StartOptions = {}): Promise<void> {
    const { netns, folder } = this.#options;
    if (this.#child) throw new Error(`the sshd of ${netns} is running already`);
    // Compiled into sshd, and on Debian made by the service that is never started here.
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    writeFileSync(join(folder, 'sshd_config'), [...config, this.#config(path, hostKey)].join('\n'));
    writeFileSync(join(folder, 'shadow'), shadowLines(passwords), { mode: 0o600 });
    // `ip netns exec` gives a mount namespace of its own: nobody else sees these users and files.
    const mounts = Object.entries({ '/etc/passwd': 'passwd', '/etc/shadow': 'shadow', ...this.#lay(files) });
    const script = [
      ...mounts.map(([path, own]) => `mount --bind ${own} ${path}`),
      ...prepare,
      `exec ${under.join(' ')} "$0" -D -e -f "$PWD/sshd_config"`,
    ].join(' && ');
    const child = spawn(
      'ip',
      ['netns', 'exec', netns, 'sh', '-c', script, findProgram('sshd') ?? '/usr/sbin/sshd'],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#child = child;
    const since = this.log.length;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.log += chunk.toString();
      child.emit('logged');
    });
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
      child.emit('logged');
    });
    await this.waitForLog(/Server listening on/, since, child);
  }

  /** Files of the host's own, written into its folder; gives back which of them lies over which path. */
  #lay(files: Readonly<Record<string, string>>): Record<string, string> {
    const own = join(this.#options.folder, 'files');
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own);
    return Object.fromEntries(
      Object.entries(files).map(([path, text], index) => {
        writeFileSync(join(own, String(index)), text, { mode: 0o440 });
        return [path, `files/${index}`];
      }),
    );
  }

  /** Ends the listener and every session of it at once, as a host that dies does. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child?.pid) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const sessions = descendantsOf(child.pid);
    for (const pid of [child.pid, ...sessions]) killQuietly(pid);
    await ended;
  }

  /**
   * Ends the listener, and with `sessions` every process of sshd itself: connections break, while what was started
   * over them goes on.
   */
  async cut({ sessions }: { readonly sessions: boolean }): Promise<void> {
    const child = this.#child;
    if (!child?.pid) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const more = sessions ? descendantsOf(child.pid).filter(isSshd) : [];
    for (const pid of [child.pid, ...more]) killQuietly(pid);
    await ended;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves once sshd has logged this after the position `since`. */
  waitForLog(pattern: RegExp, since = 0, child = this.#child): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!child) return reject(new Error('no sshd is running'));
      const look = () => {
        if (pattern.test(this.log.slice(since))) settle(resolve);
        else if (child.exitCode !== null || child.signalCode !== null) settle(() => reject(fault('ended')));
      };
      const fault = (what: string) => new Error(`sshd ${what} without ${pattern}: ${this.log.slice(since)}`);
      const timer = setTimeout(() => settle(() => reject(fault('went on'))), READY_MS);
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        child.off('logged', look);
        finish();
      };
      child.on('logged', look);
      look();
    });
  }

  #config(path: string, hostKey: string): string {
    const { address, port, folder } = this.#options;
    return [
      `ListenAddress ${address}:${port}`,
      `HostKey ${join(folder, hostKey)}`,
      `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
      `SetEnv PATH=${path}`,
      'AuthenticationMethods publickey',
      'PermitRootLogin prohibit-password',
      'LogLevel VERBOSE',
      'MaxStartups 100',
      'PidFile none',
      'PrintLastLog no',
      'PrintMotd no',
      'StrictModes no',
      'UseDNS no',
      'UsePAM no',
      '',
    ].join('\n');
  }
}

/** Every process below `root`, by the parents that /proc shows. */
function descendantsOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  for (let next = children.get(root) ?? []; next.length > 0; ) {
    found.push(...next);
    next = next.flatMap((pid) => children.get(pid) ?? []);
  }
  return found;
}

function shadowLines(passwords: Readonly<Record<string, string>>): string {
  const lines = ['root', PLAIN_USER, 'sshd'].map((user) => {
    const password = passwords[user];
    const hash =
      password === undefined
        ? '*'
        : execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: password, encoding: 'utf8' }).trim();
    return `${user}:${hash}:19000:0:99999:7:::\n`;
  });
  return lines.join('');
}

function isSshd(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('sshd');
  } catch {
    return false;
  }
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

export function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
