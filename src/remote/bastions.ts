/**
 * Bastions are logged in on once and shared by all the hosts behind them. One that cannot be reached fails once: nobody
 * waits for it again in the same run.
 */
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { SshLogin } from '../model/connection.ts';
import { HostTrouble, trouble } from './connection.ts';

export class Bastions {
  readonly #clients = new Map<string, Promise<Client>>();
  readonly #failed = new Set<string>();

  /** `login` logs in on a bastion, which may itself be behind another. */
  constructor(private readonly login: (settings: SshLogin) => Promise<Client>) {}

  /** A stream to `address:port` as the bastion reaches it. Throws HostTrouble that names the bastion. */
  async stream(through: SshLogin, { address, port, connectTimeoutMs }: SshLogin): Promise<Duplex> {
    const name = `the bastion ${through.address}:${through.port}`;
    const client = await this.#client(through).catch((error: unknown) => {
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
        reject(trouble('connection-lost', `the connection to ${name} broke`));
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

  #client(through: SshLogin): Promise<Client> {
    const key = JSON.stringify(through);
    const known = this.#clients.get(key);
    if (known) return known;
    const made = this.login(through);
    this.#clients.set(key, made);
    // One that broke is made anew for the next host; one that never came is not.
    made
      .then((client) => client.once('close', () => this.#clients.delete(key)))
      .catch(() => this.#failed.add(key));
    return made;
  }
}

/** RFC 4254, section 5.1: 1 the bastion may not, 2 the host did not take it. */
function explain(error: Error & { readonly reason?: unknown }, name: string, to: string): HostTrouble {
  const words = error.message.replace(/^\(SSH\) Channel open failure: ?/, '');
  if (error.reason === 1 || /prohibited/i.test(words)) {
    return trouble('connection-refused', `${name} may not forward to ${to}: ${words}`);
  }
  if (/refused/i.test(words))
    return trouble('connection-refused', `${name} found nothing listening on ${to}`);
  if (/timed? ?out/i.test(words)) return trouble('connect-timeout', `${name} got no answer from ${to}`);
  return trouble('connection-lost', `${name} did not reach ${to}: ${words}`);
}
