/**
 * How a program sent to a host marks its answer, so that the answer can be found in whatever a login prints around it.
 * Sections begin with a line that only this run can have written (its nonce). Pure; sends nothing.
 */
import { randomBytes } from 'node:crypto';

export const MARK = '@@tapfleet';

/** A fresh nonce for one exec channel: an answer from another run or another program never fits it. */
export function newNonce(): string {
  return randomBytes(9).toString('hex');
}

/**
 * The `sh` function `s NAME` that begins a section; `$N` holds the nonce. `$L` is a newline, which a script here may not
 * hold itself: the third character of IFS, as every shell sets it at its start (POSIX, XCU 2.5.3).
 */
export const SECTION_FUNCTION = `L=\${IFS%"\${IFS#???}"}; L=\${L#??}; s() { echo "$L${MARK}:$N:$1"; };`;

/** Sets `$M`, which before a name begins a section in the middle of a text: what one `echo` says comes in one packet. */
export const SET_MARK = `M="$L${MARK}:$N:";`;

/**
 * The command line for a login shell: `sh -c 'SCRIPT' NAME NONCE "$SSH_CONNECTION"`. Throws where the script is none
 * that every login shell passes on.
 */
export function commandLine(script: string, name: string, nonce: string): string {
  return `exec /bin/sh -c '${checkedScript(script, name)}' ${name} ${nonce} "$SSH_CONNECTION"`;
}

/**
 * A script between single quotes may hold no single quote, backslash, `!` or newline: bash, dash, zsh, ksh, fish, csh and
 * tcsh then all pass it on unchanged (csh has no newline in quotes and expands `!`; fish reads backslashes in single
 * quotes).
 */
export function checkedScript(script: string, name: string): string {
  if (/['\\!\n]/.test(script))
    throw new Error(`${name}: the script holds a character that some login shell changes`);
  return script;
}

/** The line with which a section begins, as it stands in an answer. */
export function sectionMark(nonce: string, name: string): string {
  return `${MARK}:${nonce}:${name}\n`;
}

/** The sections of an answer by name, or undefined where its end never came: then nothing of it may be used. */
export function readSections(stdout: string, nonce: string): ReadonlyMap<string, string> | undefined {
  const lines = stdout.replaceAll('\r\n', '\n');
  const pieces = lines.split(new RegExp(`(?:^|\\n)${MARK}:${nonce}:([a-z-]+)\\n`));
  const sections = new Map<string, string>();
  for (let i = 1; i + 1 < pieces.length; i += 2) sections.set(pieces[i] ?? '', pieces[i + 1] ?? '');
  return sections.has('begin') && sections.has('end') ? sections : undefined;
}
