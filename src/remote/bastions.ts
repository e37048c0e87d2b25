/**
 * Bastions are logged in on once and shared by all the hosts behind them. One that refuses or resets is tried again, for
 * all of them together; one that cannot be reached then fails once: nobody waits for it again in the same run.
 */
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { SshLogin } from '../model/connection.ts';
import { HostTrouble, trouble } from './connection.ts';
import { tryAgain } from './try-again.ts';

export class Bastions {
  readonly #clients = new Map<string, Promise<Client>>();
  readonly #failed = new Set<string>();

  /** `login` logs in on a bastion, which may itself be behind another: that one too is tried so often. */
  constructor(private readonly login: (settings: SshLogin, retries: number) => Promise<Client>) {}

  /**
   * A stream to `address:port` as the bastion reaches it. Throws HostTrouble that names the bastion: one to be tried again
   * where a bastion that was there has broken, for then the next attempt logs in on it anew.
   */
  async stream(
    through: SshLogin,
    { address, port, connectTimeoutMs }: SshLogin,
    retries: number,
  ): Promise<Duplex> {
    const name = `the bastion ${through.address}:${through.port}`;
    const client = await this.#client(through, retries).catch((error: unknown) => {
      if (!(error instanceof HostTrouble)) throw error;
      throw trouble(error.problem.kind, `${name}: ${error.problem.message}`);
    });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(
            trouble(
              'connect-timeout',
              `${name} did not reach ${address}:${port} within ${connectTimeoutMs / 1000} s`,
            ),
          ),
        connectTimeoutMs,
      );
      try {
        client.forwardOut('127.0.0.1', 0, address, port, (error, stream) => {
          clearTimeout(timer);
          if (error) reject(explain(error, name, `${address}:${port}`));
          else resolve(stream);
        });
      } catch {
        clearTimeout(timer);
        reject(broke(name));
      }
    });
  }

  /** Those that could not be reached are tried again for the next host. */
  forgive(): void {
    for (const key of this.#failed) this.#clients.delete(key);
    this.#failed.clear();
  }

  close(): void {
    for (const client of this.#clients.values()) client.then((one) => one.end()).catch(() => {});
    this.#clients.clear();
  }

  #client(through: SshLogin, retries: number): Promise<Client> {
    const key = JSON.stringify(through);
    const known = this.#clients.get(key);
    if (known) return known;
    const made = tryAgain({ retries }, () => this.login(through, retries));
    this.#clients.set(key, made);
    // One that broke is made anew for the next host; one that never came is not.
    made
      .then((client) => client.once('close', () => this.#clients.delete(key)))
      .catch(() => this.#failed.add(key));
    return made;
  }
}

function broke(name: string): HostTrouble {
  return trouble('connection-lost', `the connection to ${name} broke`, true);
}

/** RFC 4254, section 5.1: 1 the bastion may not, 2 the host did not take it. No number: it is no word of the bastion. */
function explain(error: Error & { readonly reason?: unknown }, name: string, to: string): HostTrouble {
  if (typeof error.reason !== 'number') return broke(name);
  const words = error.message.replace(/^\(SSH\) Channel open failure: ?/, '');
  if (error.reason === 1 || /prohibited/i.test(words)) {
    return trouble('connection-refused', `${name} may not forward to ${to}: ${words}`);
  }
  if (/refused/i.test(words))
    return trouble('connection-refused', `${name} found nothing listening on ${to}`);
  if (/timed? ?out/i.test(words)) return trouble('connect-timeout', `${name} got no answer from ${to}`);
  return trouble('connection-lost', `${name} did not reach ${to}: ${words}`);
}
