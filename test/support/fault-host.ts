/**
 * A host to be broken: a network namespace with its macvtaps, whose logins are plain processes, so that a test can stop
 * or end any of them at any step. Judges nothing.
 */
import {
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  execFileSync,
  spawn,
} from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { READ_APPLY_NAME } from '../../src/host/apply-script.ts';
import { GATHER_NAME, LOOK_FOR_HOLDERS } from '../../src/host/gather-script.ts';
import type { Answer } from '../../src/host/read-gather.ts';
import { type Connection, type ExecOptions, HostTrouble, type Reply } from '../../src/remote/connection.ts';
import { converse } from '../../src/remote/conversation.ts';
import { runProcess } from './cli.ts';
import { FaultPrograms } from './fault-programs.ts';
import { lowerLines, randomIndexBase } from './netns.ts';
import { neverFollows } from './never-follows.ts';
import { batch } from './sshd-commands.ts';
import { killQuietly } from './sshd-daemon.ts';
import { PATIENCE_MS, sleep, until } from './until.ts';

/** What may be done to a command on its way: before it is sent, or to its process. */
export interface Tampering {
  readonly before?: (command: string) => Promise<void>;
  readonly started?: (command: string, session: ChildProcess) => void;
  /** Between reading and changing, where both take one session. */
  readonly between?: () => void;
}

export class FaultHost {
  readonly netns = `tff-${randomBytes(5).toString('hex')}`;
  readonly #folder = mkdtempSync(join(tmpdir(), `${this.netns}-`));
  readonly base = randomIndexBase();
  readonly programs = new FaultPrograms(this.#folder);

  /** `lines` for `ip -batch`; `$I` stands for the first free ifindex. */
  static async make(lines: readonly string[]): Promise<FaultHost> {
    const host = new FaultHost();
    try {
      await batch([], [`netns add ${host.netns}`]);
      const ready = lines.map((line) =>
        line.replace(/\$I(\d)/g, (_, n: string) => String(host.base + 10 + Number(n))),
      );
      await batch(['-n', host.netns], ['link set dev lo up', ...lowerLines(host.base), ...ready]);
      return host;
    } catch (error) {
      await host.remove();
      throw error;
    }
  }

  async remove(): Promise<void> {
    for (const pid of await this.processes()) killQuietly(pid);
    const left = this.leftovers();
    await runProcess(['ip', 'netns', 'del', this.netns]);
    if (existsSync(`/run/netns/${this.netns}`)) throw new Error(`namespace ${this.netns} stays`);
    rmSync(this.#folder, { recursive: true, force: true });
    for (const folder of left) rmSync(join('/run', folder), { recursive: true, force: true });
  }

  /** The folder of the transaction under way. */
  get folder(): string {
    return `/run/tapfleet-${this.#inode}`;
  }

  get #inode(): number {
    if (this.#known === 0 && existsSync(`/run/netns/${this.netns}`))
      this.#known = statSync(`/run/netns/${this.netns}`).ino;
    return this.#known;
  }
  #known = 0;

  leftovers(): string[] {
    const mine = `tapfleet-${this.#inode}`;
    return readdirSync('/run').filter((name) => name === mine || name.startsWith(`${mine}.`));
  }

  async processes(): Promise<number[]> {
    const { stdout } = await runProcess(['ip', 'netns', 'pids', this.netns]);
    return stdout.split('\n').filter(Boolean).map(Number);
  }

  async ip(line: string): Promise<void> {
    await batch(['-n', this.netns], [line]);
  }

  /** At once: nothing else of this process happens meanwhile. */
  ipSync(line: string): void {
    execFileSync('ip', ['-n', this.netns, '-batch', '-'], { input: `${line}\n` });
  }

  /** As `ip` prints them, at once. */
  linksSync(): string {
    return execFileSync('ip', ['-n', this.netns, '-j', '-d', 'link', 'show'], { encoding: 'utf8' });
  }

  async links(): Promise<Record<string, unknown>[]> {
    const { code, stdout } = await runProcess(['ip', '-n', this.netns, '-j', '-d', 'link', 'show']);
    if (code !== 0) throw new Error('no links');
    return JSON.parse(stdout) as Record<string, unknown>[];
  }

  /** Every command has a /run of its own, in memory, with these options of tmpfs(5): a transaction then has one session. */
  ownRun: string | undefined;

  get #left(): string {
    return join(this.#folder, 'left');
  }

  /** What the last command left of transactions in a /run of its own. */
  leftInOwnRun(): string[] {
    return readFileSync(this.#left, 'utf8')
      .split('\n')
      .filter((name) => name.startsWith('tapfleet-'));
  }

  connection(tampering: Tampering = {}): Connection {
    const running = new Set<ChildProcess>();
    return {
      open: true,
      follow: neverFollows,
      exec: async (command: string, options: ExecOptions) => {
        await tampering.before?.(command);
        return this.#exec(command, options, tampering, running);
      },
      close: () => {
        for (const { pid } of running) if (pid !== undefined) killQuietly(pid);
      },
    };
  }

  #exec(
    command: string,
    options: ExecOptions,
    tampering: Tampering,
    running: Set<ChildProcess>,
  ): Promise<Answer> {
    const run =
      this.ownRun === undefined
        ? []
        : ['sh', '-c', `mount -t tmpfs -o ${this.ownRun} tmpfs /run && "$@"; ls /run >'${this.#left}'`, 'sh'];
    const child = spawn('ip', ['netns', 'exec', this.netns, ...run, '/bin/sh', '-c', command], {
      env: { PATH: `${this.#folder}:${process.env.PATH}`, SSH_CONNECTION: '' },
      stdio: 'pipe',
    });
    running.add(child);
    if (command.includes(READ_APPLY_NAME) || (options.reply && command.includes(GATHER_NAME))) {
      tampering.started?.(command, child);
      return this.#talk(child, options, tampering, running);
    }
    return new Promise((resolve, reject) => {
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const lost = () =>
        reject(new HostTrouble({ kind: 'connection-lost', message: 'the connection broke' }));
      child.on('error', reject);
      child.on('close', (code, signal) => {
        running.delete(child);
        if (signal !== null) lost();
        else resolve({ stdout, stderr, code: code ?? undefined });
      });
      child.stdin.on('error', () => undefined);
      child.stdin.end(options.stdin ?? '');
      tampering.started?.(command, child);
    });
  }

  /** The program is told what to do; the last word is then said over a session of its own. */
  #talk(
    child: ChildProcessWithoutNullStreams,
    { reply, ...options }: ExecOptions,
    { between }: Tampering,
    running: Set<ChildProcess>,
  ): Promise<Answer> {
    const ended = new Promise<number | undefined>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        running.delete(child);
        if (signal === null) resolve(code ?? undefined);
        else reject(new HostTrouble({ kind: 'connection-lost', message: 'the connection broke' }));
      });
    });
    const once = <T extends Reply>(asked: T): T => ({
      ...asked,
      say: (stdout: string) => {
        const { next, ...said } = asked.say(stdout);
        // Who holds taps is part of reading.
        const looks = said.text === LOOK_FOR_HOLDERS || next?.after.endsWith(':over\n') === true;
        if (!said.last && !looks) between?.();
        return looks && next ? { ...said, next: once(next) } : said;
      },
    });
    const { stdin, stdout, stderr } = child;
    const program = { stdin, stdout, stderr, ended, kill: () => child.kill('SIGKILL') };
    return converse(program, reply ? { ...options, reply: once(reply) } : options);
  }

  /** The process that a transaction left word of: `body`, `ip`, `timer` or `sleep`. */
  processOf(file: string): number {
    return Number(readFileSync(join(this.folder, file), 'utf8').split(' ')[0]);
  }

  /** As if the holder of the lock had died long ago. False where nobody is known to hold it. */
  expire(): boolean {
    const file = join(this.folder, 'holder');
    if (!existsSync(file)) return false;
    const [pid, started, , ...rest] = readFileSync(file, 'utf8').trim().split('\n').at(-1)?.split(' ') ?? [];
    writeFileSync(file, `${[pid, started, '0', ...rest].join(' ')}\n`);
    return true;
  }

  /** Until nothing of a transaction is left: no folder, no process. */
  async untilFree(): Promise<void> {
    await until(
      () => this.leftovers().length === 0,
      () => `${this.leftovers()} to go`,
    );
    const end = Date.now() + PATIENCE_MS;
    for (let left = await this.processes(); left.length > 0; left = await this.processes()) {
      if (Date.now() > end) throw new Error(`processes stay: ${left.map(describe).join('; ')}`);
      await sleep(20);
    }
  }
}

function describe(pid: number): string {
  try {
    return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 80)}`;
  } catch {
    return String(pid);
  }
}
