/**
 * The command that runs a transaction: a loader that no login shell changes. The program itself
 * (transaction-program.ts) comes on standard input; `read-apply.ts` reads its answer.
 */
import { commandLine } from './frame.ts';

export const APPLY_NAME = 'tapfleet-apply';

/**
 * The PATH of a login may have nothing of the system, not even `sed`. Reads up to the program's last line (or the end of
 * the input): what comes after it on the same channel is the answer to the program's question.
 */
const LOADER = 'PATH=$PATH:/usr/bin:/bin; eval "$(sed "/^: end $1$/q")"';

/** The last line of a program. The nonce in it keeps any text that is not ours from being one. */
export function endOfProgram(nonce: string): string {
  return `: end ${nonce}\n`;
}

export function applyCommand(nonce: string): string {
  return commandLine(LOADER, APPLY_NAME, nonce);
}
