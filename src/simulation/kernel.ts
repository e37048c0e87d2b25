/**
 * A host's network stack as far as macvtap needs one, without Linux: takes `ip` command lines, answers with exit code
 * and text, shows its links. An oracle for tests and the ground of the lab without a kernel; it moves no frames. The
 * contract suite holds it to a real kernel.
 */
import { settleBridges } from './bridge.ts';
import { IpRefusal, KernelRefusal } from './errors.ts';
import { batchLines } from './ip-batch.ts';
import { runCommand } from './ip-command.ts';
import { splitWords } from './ip-words.ts';
import { linkObjects } from './link-json.ts';
import { newDevice } from './links.ts';
import { Namespace, type NamespaceState } from './namespace.ts';

export interface CommandResult {
  /** 0 done, 1 `ip` refused, 2 the kernel refused, 255 `ip` gave up on its arguments. */
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SimulatedKernelOptions {
  /** The first ifindex given out; default 2, as in a fresh namespace. */
  readonly firstIndex?: number;
}

export class SimulatedKernel {
  private net: Namespace;

  constructor(options: SimulatedKernelOptions = {}) {
    this.net = new Namespace({ devices: new Map(), nextIndex: options.firstIndex ?? 2 });
    this.net.add(newDevice(1, 'lo', 'loopback', {}));
  }

  /**
   * Runs one line without the leading `ip`, split as `ip -batch` splits (a `#` is an ordinary character here). Never
   * throws for what `ip` or the kernel would refuse; throws for what is not modelled.
   */
  ip(line: string): CommandResult {
    try {
      return this.exec(splitWords(line));
    } catch (error) {
      if (error instanceof IpRefusal) return { rc: error.rc, stdout: '', stderr: error.stderr };
      throw error;
    }
  }

  /** As `ip`, for words that are split already: the argv after `ip`. */
  exec(words: readonly string[]): CommandResult {
    try {
      const { stdout, stderr } = runCommand(this.net, words);
      return { rc: 0, stdout, stderr };
    } catch (error) {
      if (error instanceof IpRefusal) return { rc: error.rc, stdout: '', stderr: error.stderr };
      if (error instanceof KernelRefusal) return { rc: 2, stdout: '', stderr: error.stderr };
      throw error;
    } finally {
      settleBridges(this.net);
    }
  }

  /**
   * `ip -batch -`: stops at the first failure with `Command failed -:N` and rc 1; earlier lines stay applied. Argument
   * errors end it with 255, an open quote with 1, both without naming the line.
   */
  batch(text: string): CommandResult {
    let stdout = '';
    let stderr = '';
    for (const { text: line, number } of batchLines(text)) {
      let words: string[];
      try {
        words = splitWords(line);
      } catch (error) {
        if (error instanceof IpRefusal) return { rc: error.rc, stdout, stderr: stderr + error.stderr };
        throw error;
      }
      if (words.length === 0) continue;
      const result = this.exec(words);
      stdout += result.stdout;
      stderr += result.stderr;
      if (result.rc === 255) return { rc: 255, stdout, stderr };
      if (result.rc !== 0) return { rc: 1, stdout, stderr: `${stderr}Command failed -:${number}\n` };
    }
    return { rc: 0, stdout, stderr };
  }

  /** What `ip -j -d link show` prints, in ifindex order. */
  links(): readonly Record<string, unknown>[] {
    return linkObjects(this.net, this.net.all());
  }

  /** An independent copy: changes to either are not seen by the other. */
  clone(): SimulatedKernel {
    const copy = new SimulatedKernel();
    const state: NamespaceState = structuredClone(this.net.state);
    copy.net = new Namespace(state);
    return copy;
  }
}
