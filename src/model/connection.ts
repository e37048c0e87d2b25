/** How one host is reached: every connection variable, option and default settled. Nothing here connects. */
import type { Secret } from './secret.ts';

/** `yes`: only keys in known_hosts. `accept-new`: an unknown key is written down, a changed one refused. `no`: any key. */
export type HostKeyChecking = 'yes' | 'accept-new' | 'no';

export interface ConnectionSettings {
  /** Host name or address to connect to. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Private key files named by variable or option, in the order to try; empty means the user's default keys. */
  readonly privateKeyFiles: readonly string[];
  readonly password?: Secret;
  /** Files to look host keys up in; the first is where `accept-new` writes. */
  readonly knownHostsFiles: readonly string[];
  readonly hostKeyChecking: HostKeyChecking;
  /** From the first packet to the end of authentication. */
  readonly connectTimeoutMs: number;
  /** Become root with `sudo -n` where the login is not root. */
  readonly become: boolean;
}
