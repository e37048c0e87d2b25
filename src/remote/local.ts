/** This machine itself as a host: the same command lines, run by its own shell. */
import { spawn } from 'node:child_process';
import type { Answer } from '../host/read-gather.ts';
import { type Connection, type ExecOptions, trouble } from './connection.ts';
import { converse } from './conversation.ts';

export class LocalConnection implements Connection {
  #open = true;

  get open(): boolean {
    return this.#open;
  }

  close(): void {
    this.#open = false;
  }

  exec(command: string, options: ExecOptions): Promise<Answer> {
    if (options.terminal) {
      const message = 'sudo on this machine wants a terminal (requiretty), which a local connection has not';
      return Promise.reject(trouble('privilege', message));
    }
    // In a process group of its own: what it started ends with it, and Ctrl-C is for tapfleet alone.
    const child = spawn('/bin/sh', ['-c', command], { stdio: 'pipe', detached: true });
    const ended = new Promise<number | undefined>((resolve, reject) => {
      child.once('close', (code) => resolve(code ?? undefined));
      child.once('error', () => reject(trouble('missing-tool', 'this machine could not run /bin/sh')));
    });
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Gone by itself.
      }
    };
    return converse({ stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, kill }, options);
  }
}
