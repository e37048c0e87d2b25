/** What the lab's tests look at on the machine: the real `ssh`, namespaces, processes, tap nodes. Changes nothing. */
import { execFile, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';
import { labId } from '../../src/lab/state.ts';
import type { Lab } from '../../src/lab/status.ts';
import { findProgram } from '../support/needs.ts';

const exec = promisify(execFile);

/** Skips a test whose needs are missing, with the reason printed; in CI that is a failure. */
export function needs(context: TestContext, met: boolean, reason: string): void {
  if (met) return;
  if (process.env.CI === 'true') throw new Error(`in CI nothing may be missing: ${reason}`);
  process.stderr.write(`skipped: ${context.task.name}: ${reason}\n`);
  context.skip(reason);
}

export interface SshResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** OpenSSH's own client with nothing but what the lab wrote; the exit code is ssh's. */
export function openssh(
  lab: Lab,
  host: string,
  command: string,
  input = '',
  login = 'root',
): Promise<SshResult> {
  const port = lab.hosts.find(({ name }) => name === host)?.port;
  const argv = [
    ...['-F', 'none', '-p', String(port), '-i', lab.privateKey],
    ...['-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', `UserKnownHostsFile=${lab.knownHosts}`, `${login}@127.0.0.1`, command],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', argv, { stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('latin1').on('data', (piece: string) => {
      stdout += piece;
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Names of the namespaces that the lab of `directory` has on this machine. */
export async function namespacesOf(directory: string): Promise<string[]> {
  if (findProgram('ip') === undefined) return [];
  const { stdout } = await exec('ip', ['netns', 'list']);
  return stdout.split('\n').filter((line) => line.startsWith(`tapfleet-lab-${labId(directory)}-`));
}

/** The device node of an interface index by its inode: another namespace may make one of the same name at once. */
export function tapNode(ifindex: number): number | undefined {
  return statSync(`/dev/tap${ifindex}`, { throwIfNoEntry: false })?.ino;
}

/** Looks again until it holds, for what the kernel does later and tells nobody; fails after ten seconds. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`after ten seconds still not so: ${what}`);
    await wait(10);
  }
}
