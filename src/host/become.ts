/**
 * How a command of ours becomes root's: the line that has sudo run it, and what sudo's answer means. Pure.
 *
 * sudo asks with a prompt of our own (`-p`), so that it is known in every language, and only where it has to; the
 * password is not part of any command. What sudo has let in says so first: without that line nothing of ours has run.
 */
import type { Problem } from '../model/problem.ts';
import { checkedScript } from './frame.ts';
import type { Answer } from './read-gather.ts';

export interface Elevation {
  /** Letters, digits, `-` and `:` only: sudo expands `%`, and every login shell passes these on. */
  readonly prompt: string;
  /** The line that is printed first by what sudo runs. */
  readonly entered: string;
  /** Whether sudo may ask; else `-n`. */
  readonly asks: boolean;
  /** Over a terminal, where both streams are one: stderr is dropped, for it would land inside the answer. */
  readonly terminal: boolean;
}

/** `nonce`: as of frame.ts, fresh for each command. */
export function elevationOf(nonce: string, asks: boolean, terminal: boolean): Elevation {
  return { prompt: `tapfleet-${nonce}:`, entered: `@@tapfleet-root:${nonce}`, asks, terminal };
}

export const BECOME_NAME = 'tapfleet-become';

const PREFIX = 'exec /bin/sh -c ';

/** English messages whatever the login's locale, and a sudo that is found whatever its PATH. */
const SUDO = 'LC_ALL=C; PATH=$PATH:/usr/bin:/bin:/usr/local/bin; export LC_ALL PATH; exec sudo "$@"';

/**
 * A session of its own: where the connection breaks, sudo ends the process group of its command (`use_pty`, seen in
 * sudo 1.9.13), and a terminal that hangs up ends its session; the dead-man switch has to outlive both. `setsid` as no
 * leader of a group does not fork; a last command would be run in the leader's place.
 */
function entrance({ entered, terminal }: Elevation): string {
  const quiet = terminal ? 'exec 2>/dev/null; ' : '';
  const own =
    'if command -v setsid >/dev/null; then setsid /bin/sh -c "$@"; else /bin/sh -c "$@"; fi; exit $?';
  return `echo; echo ${entered}; ${quiet}${own}`;
}

/** The command of `commandLine`, run by sudo. */
export function elevate(command: string, elevation: Elevation): string {
  if (!command.startsWith(PREFIX)) throw new Error('only a command of ours can be run by sudo');
  const flags = elevation.asks ? `-S -p ${elevation.prompt}` : '-n';
  const enter = checkedScript(entrance(elevation), BECOME_NAME);
  return [
    `exec /bin/sh -c '${checkedScript(SUDO, BECOME_NAME)}' ${BECOME_NAME}`,
    `${flags} -- /bin/sh -c '${enter}' ${BECOME_NAME}`,
    command.slice(PREFIX.length),
  ].join(' ');
}

/** Undefined where sudo let us in; `terminal` where it wants one; else why it did not. */
export function judgeElevation(answer: Answer, elevation: Elevation): 'terminal' | Problem | undefined {
  if (answer.stdout.includes(elevation.entered)) return undefined;
  const said = saidBy(`${answer.stderr}\n${answer.stdout}`, elevation);
  if (answer.code === undefined) {
    const message = `the connection broke before sudo answered${said === '' ? '' : `: ${said}`}`;
    return { kind: 'connection-lost', message };
  }
  if (/you must have a tty to run sudo/.test(said) && !elevation.terminal) return 'terminal';
  if (/a password is required/.test(said) && !elevation.asks) {
    const hint = 'give it with -K, --become-password-file or ansible_become_password';
    return privilege(`sudo on the host asks for a password: ${hint}`);
  }
  if (answer.code === 127) {
    return privilege(`there is no sudo on the host (${said}): install it, or log in as root`);
  }
  return privilege(
    `could not become root with sudo: ${said === '' ? `it ended with code ${answer.code}` : said}`,
  );
}

/**
 * sudo asks again after it was told the password. It says a word in between where the password was wrong; where it does
 * not, a second question is meant: with `-p` every hidden question of PAM shows our prompt (sudo(8)).
 */
export function askedAgain(heard: string, user: string, elevation: Elevation): Problem {
  const between = heard.split(elevation.prompt)[0] ?? '';
  return privilege(
    between.trim() === ''
      ? 'sudo on the host asks a second question after the password (a one-time code?), which nobody can answer here: allow this user NOPASSWD, or log in as root'
      : `sudo on the host refused the password for "${user}"; it is tried once only, so that no account is locked`,
  );
}

/** sudo, or something it waits for, says nothing or asks something else. */
export function unansweredQuestion(heard: string, elevation: Elevation): Problem {
  const said = saidBy(heard, elevation);
  return privilege(
    said === ''
      ? 'sudo on the host neither asked nor began: see on the host what it waits for'
      : `sudo on the host waits for an answer that nobody can give here: ${said}`,
  );
}

export function unusablePassword(): Problem {
  return privilege('the password for sudo holds a line break, which sudo cannot be told: give it without');
}

function privilege(message: string): Problem {
  return { kind: 'privilege', message };
}

function saidBy(text: string, { prompt }: Elevation): string {
  return text
    .replaceAll(prompt, '')
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-3)
    .join(' · ')
    .slice(0, 300);
}
