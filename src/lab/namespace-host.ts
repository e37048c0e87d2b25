/**
 * A lab host as a named network namespace, for root. `ip netns exec` remounts /sys, which shows the devices of the
 * namespace then; /proc stays the machine's, so that holders are found whoever they are.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { burnIndexesBatch, hostBatch, INDEX_STRIDE } from './blueprint.ts';
import { startProcess } from './process-session.ts';
import { mustRun, runProgram } from './run-program.ts';
import type { LabHost } from './session.ts';

/** `number` counts from 1. The name must be in the state file already. */
export async function makeNamespaceHost(namespace: string, number: number, shell: string): Promise<LabHost> {
  await mustRun(['ip', 'netns', 'add', namespace]);
  const batch = burnIndexesBatch((number - 1) * INDEX_STRIDE) + hostBatch(number);
  await mustRun(['ip', '-n', namespace, '-batch', '-'], batch);
  return {
    run: (commandLine, sshConnection) =>
      startProcess(['ip', 'netns', 'exec', namespace, shell, '-c', commandLine], sshConnection, shell),
  };
}

/**
 * Ends what runs inside and deletes the namespace; nothing happens where it is gone. A process that stayed inside would
 * keep the nameless namespace alive, and its tap devices with it. The kernel frees the devices a moment later.
 */
export async function removeNamespace(namespace: string): Promise<void> {
  if (!(await namespaceExists(namespace))) return;
  const inside = await runProgram(['ip', 'netns', 'pids', namespace]);
  for (const pid of inside.stdout.split('\n').filter(Boolean).map(Number)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
  const { ino } = await stat(join('/run/netns', namespace));
  await mustRun(['ip', 'netns', 'delete', namespace]);
  await removeTransactions(ino);
}

/** A transaction that was ended with its host leaves its folder, which a later namespace of the same number would find. */
async function removeTransactions(inode: number): Promise<void> {
  const folder = `tapfleet-${inode}`;
  for (const name of await readdir('/run')) {
    if (name === folder || name.startsWith(`${folder}.`))
      await rm(join('/run', name), { recursive: true, force: true });
  }
}

export async function namespaceExists(namespace: string): Promise<boolean> {
  const { stdout } = await runProgram(['ip', 'netns', 'list']);
  return stdout.split('\n').some((line) => line.split(' ')[0] === namespace);
}
