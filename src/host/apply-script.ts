/**
 * The commands that run a transaction: a loader that no login shell changes. The program itself
 * (transaction-program.ts) comes on standard input; `read-apply.ts` reads its answer. One reads the host first, so that
 * what is found and what is done about it take one session of the host, not two.
 */
import { commandLine, SECTION_FUNCTION } from './frame.ts';
import { type Asked, PREAMBLE, readingScript, THEN_HOLDERS } from './gather-script.ts';

export const APPLY_NAME = 'tapfleet-apply';
export const READ_APPLY_NAME = 'tapfleet-read-apply';

/**
 * Runs the program whole or not at all, and `otherwise` instead: an rc file that reads its standard input has eaten the
 * beginning, a connection that breaks cuts off the end. The first line tells how many bytes follow.
 *
 * The PATH of a login may have nothing of the system, not even `head`. No more is read than the program, or up to its last
 * line where its first one did not come: what follows on the same channel is the answer to the program's question.
 */
const load = (otherwise: string) =>
  [
    'n=; p=; while read -r l; do case $l in ": end $N") break;;',
    // The line's end is read too, and cut off by the shell.
    '": begin $N "*) n=${l#": begin $N "}; p=$(head -c "$((n + 1))"); break;; esac; done;',
    `if [ -n "$n" ] && [ "$n" = "\${#p}" ]; then eval "$p"; else ${otherwise} fi`,
  ].join(' ');

const PARTIAL = 's partial; s end;';

const LOADER = `N=$1; LC_ALL=C; PATH=$PATH:/usr/bin:/bin; ${SECTION_FUNCTION} ${load(`s begin; ${PARTIAL}`)}`;

/**
 * What the host was read to have it keeps itself (`K`, which is none of the login's: exported it would keep programs from
 * being started), to tell when the program comes whether it has moved. Where nothing is to be done it is told so
 * by an empty program, for over a terminal no input ends.
 */
const readApplyScript = (asked: Asked) =>
  [PREAMBLE, 'unset K; exec 9<&0 </dev/null;', readingScript(asked, true), `exec <&9; ${load(PARTIAL)}`].join(
    ' ',
  );

/** A program for `readApplyCommand`: who holds taps, up to section `over`; then it takes another one. */
export const HOLDERS_FIRST = `${THEN_HOLDERS} ${load(PARTIAL)}`;

/** The last line of a program. The nonce in it keeps any text that is not ours from being one. */
export function endOfProgram(nonce: string): string {
  return `: end ${nonce}\n`;
}

/** What `applyCommand` reads: the program between its first and its last line. */
export function applyInput(program: string, nonce: string): string {
  const whole = `${program}\n: end ${nonce}`;
  // An empty line first, for an rc file that reads one.
  return `\n: begin ${nonce} ${Buffer.byteLength(whole)}\n${whole}\n`;
}

export function applyCommand(nonce: string): string {
  return commandLine(LOADER, APPLY_NAME, nonce);
}

/** Answers as `gatherCommand` does, then takes what `applyInput` makes. */
export function readApplyCommand(nonce: string, asked: Asked): string {
  return commandLine(readApplyScript(asked), READ_APPLY_NAME, nonce);
}
