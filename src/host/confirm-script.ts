/**
 * The last word on a transaction: `confirm` disarms the dead-man switch, `undo` takes everything back now. One line, as
 * the gather program, so that every login shell passes it on. The answer is a section `verdict`: `confirmed`, `undone`,
 * or `gone` where the timer was faster.
 */
import { commandLine } from './frame.ts';
import { PREAMBLE } from './gather-script.ts';
import { FOLDER } from './lock-program.ts';
import { CONFIRM, ENTER, WAIT } from './transaction-program.ts';

export const CONFIRM_NAME = 'tapfleet-confirm';
export const UNDO_NAME = 'tapfleet-undo';

const FIND = [PREAMBLE, 'exec </dev/null; s begin;', FOLDER, ENTER].join(' ');

const SAY = 's verdict; echo "$v"; s end;';

const CONFIRM_SCRIPT = `${FIND} ${CONFIRM} ${SAY}`;

/** The `undo` file itself decides who undoes: a timer that has begun must not be ended. */
const UNDO_SCRIPT = [
  FIND,
  'if [ "$o" = "$N" ] && stands && sh ./undo; then v=undone;',
  `else ${WAIT} fi; ${SAY}`,
].join(' ');

/** `nonce` is that of the transaction. */
export function confirmCommand(nonce: string): string {
  return commandLine(CONFIRM_SCRIPT, CONFIRM_NAME, nonce);
}

export function undoCommand(nonce: string): string {
  return commandLine(UNDO_SCRIPT, UNDO_NAME, nonce);
}
