/**
 * A program that goes on: its output line by line as it comes, its input kept open until it is to end. The same over SSH
 * and on this machine.
 */
import type { FollowOptions } from './connection.ts';
import type { RunningProgram } from './conversation.ts';

/** No line of ours comes near: the longest an `ip` prints of a link is some 2 KB. */
const MAX_LINE_CHARS = 64 * 1024;
const MAX_STDERR_CHARS = 1_000;

/** Resolves with the end of its standard error when it has ended. Throws HostTrouble where the way to it broke. */
export async function followProgram(
  { stdin, stdout, stderr, ended }: RunningProgram,
  { onLine, signal }: FollowOptions,
): Promise<string> {
  let said = '';
  const end = () => stdin.end();
  const lines = new Lines(onLine);
  stdout.on('data', (piece: Buffer) => lines.add(piece.toString('latin1')));
  stderr.on('data', (piece: Buffer) => {
    said = (said + piece.toString()).slice(-MAX_STDERR_CHARS);
  });
  // It may end before it is told to.
  stdin.on('error', () => {});
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    await ended;
    return said;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** Pieces of a stream → its whole lines. */
export class Lines {
  #rest = '';
  /** The line that is coming is too long already. */
  #over = false;

  constructor(private readonly onLine: (line: string) => void) {}

  add(piece: string): void {
    const lines = piece.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      const whole = this.#rest + line;
      if (!this.#over && whole.length <= MAX_LINE_CHARS) this.onLine(whole.replace(/\r$/, ''));
      this.#rest = '';
      this.#over = false;
    }
    if (this.#over || this.#rest.length + last.length > MAX_LINE_CHARS) {
      this.#over = true;
      this.#rest = '';
    } else this.#rest += last;
  }
}
