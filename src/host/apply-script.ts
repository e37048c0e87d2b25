/**
 * The command that runs a transaction: a loader that no login shell changes. The program itself
 * (transaction-program.ts) comes on standard input; `read-apply.ts` reads its answer.
 */
import { commandLine } from './frame.ts';

export const APPLY_NAME = 'tapfleet-apply';

export function applyCommand(nonce: string, become: boolean): string {
  return commandLine('eval "$(cat)"', APPLY_NAME, nonce, become);
}
