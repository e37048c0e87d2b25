/**
 * The command that runs a transaction: a loader that no login shell changes. The program itself
 * (transaction-program.ts) comes on standard input; `read-apply.ts` reads its answer.
 */
import { commandLine } from './frame.ts';

export const APPLY_NAME = 'tapfleet-apply';

/** The PATH of a login may have nothing of the system, not even `cat`. */
const LOADER = 'PATH=$PATH:/usr/bin:/bin; eval "$(cat)"';

export function applyCommand(nonce: string, become: boolean): string {
  return commandLine(LOADER, APPLY_NAME, nonce, become);
}
