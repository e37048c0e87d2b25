/** Which way leads to a host, and as whom? SSH, or this machine itself. One place to add the next way. */
import type { ConnectionSettings } from '../model/connection.ts';
import { BecomingConnection } from './becoming.ts';
import type { ConnectHow, Connection } from './connection.ts';
import type { AskPassphrase } from './identities.ts';
import { LocalConnection } from './local.ts';
import { SshTransport } from './ssh.ts';

/** What the connections of one run share: host keys, identities, bastions, whose sudo wants a terminal. */
export class Transport {
  readonly #ssh: SshTransport;
  readonly #terminals = new WeakSet<ConnectionSettings>();

  /** `ask`: for the passphrase of a key file, once a file; without it such keys are the agent's alone. */
  constructor(ask?: AskPassphrase) {
    this.#ssh = new SshTransport(ask);
  }

  /** Throws HostTrouble. */
  async connect(settings: ConnectionSettings, how: ConnectHow = {}): Promise<Connection> {
    const login = await this.#login(settings, how);
    const becomes = settings.become && settings.user !== 'root';
    return becomes ? new BecomingConnection(login, settings, this.#terminals) : login;
  }

  /** For what lasts longer than a run: known_hosts are read again, bastions that failed tried again. */
  refresh(): void {
    this.#ssh.refresh();
  }

  /** Ends what connections shared; to be called when the run is over. */
  close(): void {
    this.#ssh.close();
  }

  async #login(settings: ConnectionSettings, how: ConnectHow): Promise<Connection> {
    return settings.kind === 'local' ? new LocalConnection() : this.#ssh.connect(settings, how);
  }
}
