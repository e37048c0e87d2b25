/**
 * A network namespace of its own for a test: two veth pairs as lower devices, `ip` lines run in it, and the certainty
 * that it is gone afterwards. It compares nothing.
 */
import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { splitWords } from '../../src/simulation/ip-words.ts';

export interface NetnsSupport {
  readonly available: boolean;
  /** Why not, in words for the person who reads the test output; empty when available. */
  readonly reason: string;
}

export interface Ran {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What one line did, and every link after it, as `ip -j -d link show` prints them. */
export interface Observed {
  readonly rc: number;
  readonly stderr: string;
  readonly links: readonly Record<string, unknown>[];
}

const SEPARATOR = '\u001e';

let support: Promise<NetnsSupport> | undefined;

/** Whether this machine can make namespaces with macvtaps in them. Tried once per process, by making one. */
export function netnsSupport(): Promise<NetnsSupport> {
  support ??= trySupport();
  return support;
}

async function trySupport(): Promise<NetnsSupport> {
  if (process.platform !== 'linux') return { available: false, reason: 'not Linux' };
  if (process.getuid?.() !== 0) return { available: false, reason: 'not root' };
  try {
    const base = randomIndexBase();
    const reason = await withNamespace(base, async (netns) => {
      const made = await netns.ip(`link add link eno1 name probe index ${base + 9} type macvtap mode bridge`);
      return made.rc === 0 ? '' : `no macvtap: ${made.stderr.trim()}`;
    });
    return { available: reason === '', reason };
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The first of a thousand ifindexes that nobody else is likely to use. /dev/tapN is named after the ifindex and shared
 * by all namespaces, so two tests must never ask for the same one.
 */
export function randomIndexBase(): number {
  return 1000 * randomInt(10_000, 2_000_000);
}

/** `eno1`–`sw1` and `eno2`–`sw2`, all up, with fixed addresses and the ifindexes `base` + 1 to 4. */
export function lowerLines(base: number): string[] {
  const pair = (n: number, index: number): string[] => [
    `link add name eno${n} index ${index} address 02:aa:aa:aa:aa:0${n} type veth ` +
      `peer name sw${n} index ${index + 1} address 02:bb:bb:bb:bb:0${n}`,
    `link set dev sw${n} up`,
    `link set dev eno${n} up`,
  ];
  return [...pair(1, base + 1), ...pair(2, base + 3)];
}

/** Makes a namespace with lower devices, hands it to `use`, and removes it whatever happened. */
export async function withNamespace<T>(base: number, use: (netns: TestNamespace) => Promise<T>): Promise<T> {
  const netns = new TestNamespace(`tft-${randomBytes(6).toString('hex')}`);
  try {
    await netns.make(base);
    return await use(netns);
  } finally {
    await netns.remove();
  }
}

export class TestNamespace {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  async make(base: number): Promise<void> {
    must(await run('ip', ['netns', 'add', this.name]));
    must(await this.batch(`${lowerLines(base).join('\n')}\n`));
  }

  async remove(): Promise<void> {
    const { stderr } = await run('ip', ['netns', 'del', this.name]);
    if (existsSync(`/run/netns/${this.name}`)) throw new Error(`namespace ${this.name} stays: ${stderr}`);
  }

  /** One line without the leading `ip`. */
  ip(line: string): Promise<Ran> {
    return run('ip', ['-n', this.name, ...splitWords(line)]);
  }

  batch(text: string): Promise<Ran> {
    return run('ip', ['-n', this.name, '-batch', '-'], text);
  }

  async links(): Promise<readonly Record<string, unknown>[]> {
    return JSON.parse(must(await this.ip('-j -d link show')).stdout);
  }

  /** Runs each line as a process of its own, reading all links after each. */
  async observe(lines: readonly string[]): Promise<Observed[]> {
    const steps = lines.map(
      (line) =>
        `ip ${splitWords(line).map(quote).join(' ')} 2>&1 >/dev/null\n` +
        `printf '\\036%s\\036' $?\nip -j -d link show\nprintf '\\036'\n`,
    );
    const { stdout } = must(await run('ip', ['netns', 'exec', this.name, 'sh', '-s'], steps.join('')));
    const parts = stdout.split(SEPARATOR);
    return lines.map((_, i) => ({
      rc: Number(parts[3 * i + 1]),
      stderr: parts[3 * i] ?? '',
      links: JSON.parse(parts[3 * i + 2] ?? ''),
    }));
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function run(command: string, args: readonly string[], input = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, LC_ALL: 'C' } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ rc: code ?? -1, stdout, stderr }));
    // A command that ends before it reads its input closes the pipe; its exit code tells what happened.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function must(ran: Ran): Ran {
  if (ran.rc !== 0) throw new Error(`ip failed (${ran.rc}): ${ran.stderr.trim()}`);
  return ran;
}
