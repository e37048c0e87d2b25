// What does the bench make on this machine, and how does all of it go away again, after Ctrl-C too? Network namespaces,
// one folder and the processes it started; each is named here before it is made.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export class Stage {
  #id = `tfb-${randomBytes(4).toString('hex')}`;
  #namespaces = [];
  #children = new Set();
  #files = 0;
  #atExit = () => this.#remove();
  #atSignal = (signal) => {
    process.off('exit', this.#atExit);
    this.#remove();
    for (const one of SIGNALS) process.off(one, this.#atSignal);
    process.kill(process.pid, signal);
  };

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), `${this.#id}-`));
    chmodSync(this.folder, 0o711);
    process.once('exit', this.#atExit);
    for (const signal of SIGNALS) process.on(signal, this.#atSignal);
  }

  /** Runs `work` with a stage of its own, and leaves nothing of it behind. */
  static async with(work) {
    const stage = new Stage();
    try {
      return await work(stage);
    } finally {
      stage.close();
    }
  }

  /** Makes network namespaces; gives their names. */
  namespaces(suffixes) {
    const names = suffixes.map((suffix) => `${this.#id}-${suffix}`);
    this.#namespaces.push(...names);
    ipBatch(
      [],
      names.map((name) => `netns add ${name}`),
    );
    return names;
  }

  /** A process that does not end by itself. */
  own(child) {
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** A new file each time; what is no text is written as JSON, which is YAML too. */
  write(name, value, options) {
    const file = join(this.folder, `${++this.#files}-${name}`);
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value, null, 1), options);
    return file;
  }

  close() {
    process.off('exit', this.#atExit);
    for (const signal of SIGNALS) process.off(signal, this.#atSignal);
    this.#remove();
  }

  #remove() {
    const there = this.#namespaces.filter((name) => existsSync(`/run/netns/${name}`));
    for (const child of this.#children) kill(child.pid);
    // Twice: what is being started while the first list is made is in the second.
    for (let round = 0; round < 2; round++) for (const pid of pidsIn(there)) kill(pid);
    if (there.length > 0)
      ipBatch(
        ['-force'],
        there.map((name) => `netns del ${name}`),
      );
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    const left = this.#namespaces.filter((name) => existsSync(`/run/netns/${name}`));
    this.#namespaces = left;
    if (left.length > 0) process.stderr.write(`bench: these namespaces stay: ${left.join(', ')}\n`);
  }
}

/** Lines for `ip -batch`, all of them done or an error. */
export function ipBatch(options, lines) {
  const input = `${lines.join('\n')}\n`;
  execFileSync('ip', [...options, '-batch', '-'], {
    input,
    stdio: ['pipe', 'ignore', 'pipe'],
    maxBuffer: 2 ** 24,
  });
}

/** The processes of these namespaces, the oldest first. */
export function pidsIn(namespaces) {
  return namespaces.flatMap((name) => {
    const out = execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
    return out.split('\n').filter(Boolean).map(Number);
  });
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
