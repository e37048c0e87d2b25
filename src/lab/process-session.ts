/** A lab host's exec as a real process: its own process group, its own clean environment, its end as SSH tells it. */
import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { endGroup } from '../files/end-group.ts';
import type { Session, SessionEnd } from './session.ts';

/** As a login of root on Debian has it; nothing of the person who started the lab reaches a host. */
const LOGIN_ENVIRONMENT = {
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

/** Never throws: a program that cannot be started ends with 127, as in a shell. */
export function startProcess(argv: readonly string[], sshConnection: string, shell: string): Session {
  const [file = '/bin/sh', ...rest] = argv;
  const child = spawn(file, rest, {
    cwd: '/',
    env: { ...LOGIN_ENVIRONMENT, SHELL: shell, SSH_CONNECTION: sshConnection },
    stdio: 'pipe',
    detached: true,
  });
  const failure = new PassThrough();
  const ended = new Promise<SessionEnd>((resolve) => {
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      failure.end(`${file}: ${error.message}\n`);
      failure.once('end', () => resolve({ code: 127 }));
    });
    child.once('close', (code, signal) => {
      if (child.pid !== undefined) resolve(signal === null ? { code: code ?? 255 } : { signal });
    });
  });
  // A command that does not read its input closes it; that is no fault.
  child.stdin.on('error', () => undefined);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.pid === undefined ? failure : child.stderr,
    ended,
    kill(signal) {
      if (child.exitCode === null && child.signalCode === null) endGroup(child, signal);
    },
  };
}
