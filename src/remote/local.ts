/**
 * This machine itself as a host: the same command lines, run by its own shell. It stands as far from this process as a
 * login over SSH does: nothing that ends this process ends a transaction's dead-man switch.
 */
import { spawn } from 'node:child_process';
import { endGroup } from '../files/end-group.ts';
import type { Answer } from '../host/read-gather.ts';
import { type Connection, type ExecOptions, type FollowOptions, trouble } from './connection.ts';
import { converse, type RunningProgram } from './conversation.ts';
import { followProgram } from './following.ts';

export class LocalConnection implements Connection {
  #open = true;
  /** They end with the connection, as over SSH. */
  readonly #followed = new Set<RunningProgram>();

  get open(): boolean {
    return this.#open;
  }

  close(): void {
    this.#open = false;
    for (const program of this.#followed) program.stdin.end();
  }

  exec(command: string, options: ExecOptions): Promise<Answer> {
    if (options.terminal) {
      const message =
        'sudo on this machine wants a terminal (requiretty), which a local connection has not: run tapfleet as root, or allow this user to do without ("Defaults:USER !requiretty")';
      return Promise.reject(trouble('privilege', message));
    }
    return converse(startProgram(command), options);
  }

  async follow(command: string, options: FollowOptions): Promise<string> {
    const program = startProgram(command);
    this.#followed.add(program);
    try {
      return await followProgram(program, options);
    } finally {
      this.#followed.delete(program);
    }
  }
}

function startProgram(command: string): RunningProgram {
  // A session of its own: Ctrl-C and a terminal that hangs up are for tapfleet alone.
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: '/',
    stdio: 'pipe',
    detached: true,
    env: loginEnvironment(process.env),
  });
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once('close', (code) => resolve(code ?? undefined));
    child.once('error', (error) =>
      reject(trouble('missing-tool', `this machine could not run /bin/sh: ${error.message}`)),
    );
  });
  const kill = () => {
    // Not SIGKILL: a transaction at work and its dead-man switch are of this group, and only they outlive SIGTERM.
    endGroup(child, 'SIGTERM');
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    child.unref();
  };
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, kill };
}

/**
 * What sshd gives a login, and no more: a password in a variable of this process is nobody else's. SSH_CONNECTION is
 * that of who runs this, whose way in is to be kept.
 */
function loginEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'SSH_CONNECTION', 'USER'];
  return Object.fromEntries(names.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])));
}
