/** Which way leads to a host? SSH, or this machine itself. One place to add the next way. */
import type { ConnectionSettings } from '../model/connection.ts';
import { type Connection, trouble } from './connection.ts';
import { SshTransport } from './ssh.ts';

/** What the connections of one run share: host keys, identities, bastions. */
export class Transport {
  readonly #ssh = new SshTransport();

  /** Throws HostTrouble. `signal` gives the attempt up. */
  async connect(settings: ConnectionSettings, signal?: AbortSignal): Promise<Connection> {
    if (settings.kind === 'local')
      throw trouble('unsupported', 'ansible_connection "local" is not supported yet');
    return this.#ssh.connect(settings, signal);
  }
}
