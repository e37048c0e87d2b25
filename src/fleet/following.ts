/** Listening to one host's link events over a login: whether it has begun, has ended, and why. */
import { newNonce } from '../host/frame.ts';
import { monitorCommand, monitorReader } from '../host/monitor-script.ts';
import type { Connection, HostTrouble } from '../remote/connection.ts';
import { SessionRefused, trouble } from '../remote/connection.ts';

/** A login that has not begun our program by then does something else. */
const BEGIN_MS = 10_000;

export interface FollowingOptions {
  readonly begun: () => void;
  readonly event: (line: string) => void;
  /** It tells of no events (any more), though the login stands. */
  readonly silent: (reason: string) => void;
  /** The connection broke. */
  readonly broken: () => void;
}

export class Following {
  /** Events are told. */
  begun = false;
  /** It ended by itself, though the login stands. */
  ended = false;
  /** Why the connection ended. */
  broken: HostTrouble | undefined;
  readonly #abort = new AbortController();
  readonly #late: NodeJS.Timeout;

  constructor(connection: Connection, { begun, event, silent, broken }: FollowingOptions) {
    const nonce = newNonce();
    const read = monitorReader(nonce, {
      begun: () => {
        this.begun = true;
        clearTimeout(this.#late);
        begun();
      },
      event,
    });
    this.#late = setTimeout(() => silent('its login does not run "ip monitor"'), BEGIN_MS);
    connection.follow(monitorCommand(nonce), { onLine: read, signal: this.#abort.signal }).then(
      (said) => this.#over(said, silent),
      (error: unknown) => {
        if (error instanceof SessionRefused) {
          this.#over(error.message, silent);
          return;
        }
        clearTimeout(this.#late);
        this.begun = false;
        this.broken = trouble('connection-lost', 'the connection broke');
        broken();
      },
    );
  }

  /** The program on the host is told to end. */
  end(): void {
    clearTimeout(this.#late);
    this.#abort.abort();
  }

  #over(said: string, silent: (reason: string) => void): void {
    clearTimeout(this.#late);
    this.begun = false;
    this.ended = true;
    if (!this.#abort.signal.aborted) silent(said.trim() === '' ? '"ip monitor" ended' : said.trim());
  }
}
