/**
 * The last word on a transaction: `confirm` disarms the dead-man switch, `undo` takes everything back now. One line, as
 * the gather program, so that every login shell passes it on. The answer is a section `verdict`: `confirmed`, `undone`,
 * or `gone` where the timer was faster.
 */
import { commandLine } from './frame.ts';
import { PREAMBLE } from './gather-script.ts';
import { FOLDER } from './transaction-program.ts';

export const CONFIRM_NAME = 'tapfleet-confirm';
export const UNDO_NAME = 'tapfleet-undo';

const FIND = [PREAMBLE, 'exec </dev/null; s begin;', FOLDER, 'read -r o 2>/dev/null <"$D/nonce";'].join(' ');

const CONFIRM_SCRIPT = [
  FIND,
  's verdict; if [ "$o" = "$N" ] && mv "$D/armed" "$D/confirmed" 2>/dev/null; then',
  '. "$D/library"; end_process timer; end_process sleep;',
  'if read -r u 2>/dev/null <"$D/unit"; then systemctl stop "$u" >/dev/null 2>&1; fi;',
  'release; echo confirmed; else echo gone; fi; s end;',
].join(' ');

const UNDO_SCRIPT = [
  FIND,
  's verdict; if [ "$o" = "$N" ] && [ -f "$D/armed" ]; then',
  '. "$D/library"; end_process timer; end_process sleep;',
  'if read -r u 2>/dev/null <"$D/unit"; then systemctl stop "$u" >/dev/null 2>&1; fi;',
  'sh "$D/undo"; echo undone; else echo gone; fi; s end;',
].join(' ');

/** `nonce` is that of the transaction. */
export function confirmCommand(nonce: string, become: boolean): string {
  return commandLine(CONFIRM_SCRIPT, CONFIRM_NAME, nonce, become);
}

export function undoCommand(nonce: string, become: boolean): string {
  return commandLine(UNDO_SCRIPT, UNDO_NAME, nonce, become);
}
