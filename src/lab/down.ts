/** Takes a lab away, whole or half made, running or crashed; leaves nothing of it on the machine. */
import { resolve } from 'node:path';
import { LabError } from './error.ts';
import { readState } from './state.ts';
import { LAB_DIRECTORY, type LabPlace } from './status.ts';
import { tearDown } from './tear-down.ts';
import { downCommand } from './typed.ts';

/**
 * `removed: false` where there was no lab. Ends the recorded processes, and with kind `namespaces` whatever runs inside
 * the namespaces it made. The kernel may show a /dev/tapN for a moment longer. Throws LabError where something could
 * not be taken away: the state file then stays, and a second try is possible.
 */
export async function labDown({ directory = LAB_DIRECTORY }: LabPlace = {}): Promise<{ removed: boolean }> {
  const absolute = resolve(directory);
  const state = readState(absolute);
  if (!state) return { removed: false };
  try {
    await tearDown(absolute, state);
  } catch (error) {
    throw new LabError(
      `the lab in ${absolute} could not be taken away: ${(error as Error).message}`,
      `use the account that made it, and run "${downCommand(absolute)}" again`,
    );
  }
  return { removed: true };
}
