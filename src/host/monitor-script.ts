/**
 * The program that tells of changes while it runs: `ip monitor` on the host's links, a line an event. What it says are
 * hints: a mode that changes on an interface which is down makes no event at all (seen in Linux 6.18). Pure.
 */
import { commandLine, MARK, SECTION_FUNCTION } from './frame.ts';

export const MONITOR_NAME = 'tapfleet-monitor';

/**
 * `ip monitor` learns that nobody listens any more only when it has something to say, and sshd ends nothing that has no
 * terminal: so a second process waits for the end of standard input, which comes with the connection's, and ends the
 * process group. That is the program's own wherever the login gives it one (sshd does, and so does a local connection);
 * where it does not, nothing is hit, and `ip` ends at the next event. A shell gives what runs in the background an empty
 * standard input before it looks at `<&0`: hence 3.
 */
const MONITOR_SCRIPT = [
  'N=$1;',
  'PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin; LC_ALL=C; export PATH LC_ALL;',
  SECTION_FUNCTION,
  'exec 3<&0; { while read -r x; do :; done; kill -s TERM -- -$$; } <&3 >/dev/null 2>&1 &',
  's begin; ip -o -d monitor link </dev/null 3<&-; s end; kill -s TERM -- -$$ 2>/dev/null',
].join(' ');

export function monitorCommand(nonce: string): string {
  return commandLine(MONITOR_SCRIPT, MONITOR_NAME, nonce);
}

export interface Monitored {
  /** From now on changes are told. */
  readonly begun: () => void;
  readonly event: (line: string) => void;
}

/** Tells events from whatever a login prints before them. */
export function monitorReader(nonce: string, { begun, event }: Monitored): (line: string) => void {
  const [begin, end] = [`${MARK}:${nonce}:begin`, `${MARK}:${nonce}:end`];
  let on = false;
  return (line) => {
    if (line === begin) {
      on = true;
      begun();
    } else if (line === end) on = false;
    else if (on && line !== '') event(line);
  };
}
