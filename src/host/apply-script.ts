/**
 * The program that changes a host and reads it again in the same round trip. The changes come on standard input as
 * lines of `ip -batch`, one step a line; `read-apply.ts` reads the answer.
 */
import { commandLine } from './frame.ts';
import { PREAMBLE, READ_HOST } from './gather-script.ts';

export const APPLY_NAME = 'tapfleet-apply';

const APPLY_SCRIPT = [
  PREAMBLE,
  's begin;',
  's batch; ip -batch - 2>&1; r=$?;',
  's code; echo "$r";',
  `exec </dev/null; ${READ_HOST}`,
].join(' ');

export function applyCommand(nonce: string, become: boolean): string {
  return commandLine(APPLY_SCRIPT, APPLY_NAME, nonce, become);
}
