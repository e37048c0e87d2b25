/** How one host is reached: every connection variable, option and default settled. Nothing here connects. */
import type { Secret } from './secret.ts';

/** `yes`: only keys in known_hosts. `accept-new`: an unknown key is written down, a changed one refused. `no`: any key. */
export type HostKeyChecking = 'yes' | 'accept-new' | 'no';

/** RFC 4252 and RFC 4256's names of the ways to log in. */
export type LoginMethod = 'publickey' | 'password' | 'keyboard-interactive';

export type ConnectionSettings = SshSettings | LocalSettings;

/** Becoming root on the host, where the login is not root. */
export interface Becoming {
  /** Become root with `sudo` where the login is not root. */
  readonly become: boolean;
  /** What `sudo` is told where it asks; without one it may not ask (`sudo -n`). */
  readonly becomePassword?: Secret;
}

/** This machine itself, without SSH. */
export interface LocalSettings extends Becoming {
  readonly kind: 'local';
  /** Who runs this. */
  readonly user: string;
}

/** One login over SSH. */
export interface SshSettings extends Becoming, SshLogin {
  readonly kind: 'ssh';
}

/** A login over SSH, on a host or on a bastion before it. Algorithm lists are as ssh_config(5) writes them. */
export interface SshLogin {
  /** Host name or address to connect to. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Private key files named by variable, option or ssh_config, in the order to try; empty means the user's default keys. */
  readonly privateKeyFiles: readonly string[];
  /** Though no file is named, the default ones are not to be tried either (`IdentityFile none`). */
  readonly withoutDefaultKeys?: true;
  /** Ways to log in that are not to be tried. */
  readonly withoutMethods?: readonly LoginMethod[];
  /** Only `privateKeyFiles` (or the default keys) are offered, though an agent may sign for them. */
  readonly identitiesOnly: boolean;
  /** Path of the agent's socket; undefined where none is to be asked. */
  readonly agent?: string;
  readonly password?: Secret;
  /** The name to look the host key up under, in place of address and port (HostKeyAlias). */
  readonly hostKeyAlias?: string;
  /** Files to look host keys up in; the first is where `accept-new` writes. */
  readonly knownHostsFiles: readonly string[];
  readonly hostKeyChecking: HostKeyChecking;
  /** From the first packet to the end of authentication. */
  readonly connectTimeoutMs: number;
  /** Seconds between questions to a silent peer (0: none), and how many may stay unanswered. */
  readonly keepalive: { readonly intervalS: number; readonly countMax: number };
  /** As written: a list, or a list after `+` (append), `-` (remove, with patterns) or `^` (put first). */
  readonly algorithms: {
    readonly ciphers?: string;
    readonly kex?: string;
    readonly macs?: string;
    readonly hostKeys?: string;
  };
  /** The address of this machine to connect from. */
  readonly bindAddress?: string;
  /** The only family of addresses to connect to. */
  readonly addressFamily?: 4 | 6;
  /** How the host is come by where not straight over TCP. */
  readonly proxy?: SshProxy;
}

export type SshProxy =
  /** Through another login, which may itself have a proxy: ProxyJump's hops, the last one here, the first one innermost. */
  | { readonly kind: 'jump'; readonly through: SshLogin }
  /** Through a program's standard input and output; the command is ready for `/bin/sh -c`, its tokens expanded. */
  | { readonly kind: 'command'; readonly command: string };
