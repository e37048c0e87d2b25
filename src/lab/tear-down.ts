/**
 * Takes away what a state file lists, in whatever half-made condition it is: after a clean run, a crash of the server
 * or of `labUp`. It touches nothing that is not listed, and may be repeated.
 */
import { rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeNamespace } from './namespace-host.ts';
import { endProcess } from './processes.ts';
import { LAB_FILES, type LabState } from './state.ts';

const GRACE_MS = 2000;

/** Called by the lab's own server too, which then must not end itself. Rejects where a namespace cannot be deleted. */
export async function tearDown(directory: string, state: LabState): Promise<void> {
  if (state.server?.pid !== process.pid) await endProcess(state.server, GRACE_MS);
  await Promise.all(state.hosts.map(({ holder }) => endProcess(holder, GRACE_MS)));
  for (const { namespace } of state.hosts) if (namespace !== undefined) await removeNamespace(namespace);
  removeFiles(directory);
  for (const made of [...state.madeDirectories].reverse()) removeIfEmpty(made);
}

/** The state file last: until then it says what is left to do. */
function removeFiles(directory: string): void {
  const { state, ...others } = LAB_FILES;
  for (const name of [...Object.values(others), state]) rmSync(join(directory, name), { force: true });
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Somebody put something of their own there.
  }
}
