/**
 * What does this machine have that a test needs? A test whose needs are missing is skipped with its reason printed;
 * with `CI=true` that is a failure, for a test that never runs there protects nobody.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

export type Need = 'root' | 'macvtap' | 'sshd' | 'linux>=5.8' | (string & {});

/** Why a need is not met, or undefined. A word that is no known need is a program to be found in PATH. */
export function missing(need: Need): string | undefined {
  switch (need) {
    case 'root':
      return process.getuid?.() === 0 ? undefined : 'not root';
    case 'macvtap':
      macvtapTrouble ??= tryMacvtap();
      return macvtapTrouble === '' ? undefined : macvtapTrouble;
    case 'linux>=5.8':
      return isLinuxFrom(5, 8) ? undefined : `Linux older than 5.8 (${release()})`;
    default:
      return findProgram(need) === undefined ? `no program "${need}"` : undefined;
  }
}

function isLinuxFrom(major: number, minor: number): boolean {
  const [a = 0, b = 0] = release().split('.').map(Number.parseFloat);
  return a > major || (a === major && b >= minor);
}

let macvtapTrouble: string | undefined;

/** Tried by making one, in a namespace that ends with the process; empty where it works. */
function tryMacvtap(): string {
  const script = 'ip link add v0 type veth peer name v1 && ip link add link v0 name m0 type macvtap';
  const { status, stderr, error } = spawnSync('unshare', ['--net', 'sh', '-c', script], { encoding: 'utf8' });
  return status === 0 ? '' : `no macvtap in network namespaces (${error?.message ?? stderr.trim()})`;
}

/** The path of a program, looked for in the sbin directories too. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** What real hosts over real SSH take. */
export const FLEET_NEEDS: readonly Need[] = ['root', 'macvtap', 'sshd', 'ssh-keygen', 'ip', 'ps'];

/** `describe` for tests that need parts of the machine. */
export function describeWith(needs: readonly Need[], name: string, body: () => void): void {
  const reasons = needs.flatMap((need) => missing(need) ?? []);
  if (reasons.length === 0) {
    describe(name, body);
    return;
  }
  const reason = reasons.join(', ');
  if (process.env.CI === 'true') {
    describe(name, () => {
      it('has what it needs', () => {
        throw new Error(`not run: ${reason} (with CI=true a test may not be skipped)`);
      });
    });
    return;
  }
  process.stderr.write(`skipped: ${name}: ${reason}\n`);
  describe.skip(`${name} (skipped: ${reason})`, body);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
