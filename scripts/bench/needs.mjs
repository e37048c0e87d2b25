// What does this machine have that a part of the bench takes? A part whose needs are missing is left out, with the reason.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The reason, or undefined. A word that is no known need is a program. */
export function missing(needs) {
  for (const need of needs) {
    const reason = lack(need);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function lack(need) {
  if (need === 'root') return process.getuid?.() === 0 ? undefined : 'not root';
  if (need === 'macvtap') {
    const made = 'ip link add v0 type veth peer name v1 && ip link add link v0 name m0 type macvtap';
    return tries(made) ? undefined : 'no macvtap in network namespaces';
  }
  return findProgram(need) === undefined ? `no program "${need}"` : undefined;
}

/** What real hosts over real SSH take. */
export const HOST_NEEDS = ['root', 'ip', 'bash', 'ssh', 'sshd', 'ssh-keygen', 'ssh-keyscan', 'macvtap'];

/** Whether `sh` lines work in a network namespace that ends with them. */
export function tries(lines) {
  return spawnSync('unshare', ['--net', 'sh', '-c', lines], { stdio: 'ignore' }).status === 0;
}

/** The path of a program, looked for in the sbin directories too. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The first line of what a program says of its version. */
export function versionOf(program, ...args) {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? (stdout || stderr).split('\n')[0].trim() : undefined;
}
