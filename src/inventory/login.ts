/**
 * What is one login over SSH, on a host or on a bastion: what was wanted of it, ssh's arguments and configuration, and
 * OpenSSH's defaults, settled. Which way leads there is not its concern.
 */
import { expandHome } from '../files/expand-home.ts';
import type { HostKeyChecking, SshLogin } from '../model/connection.ts';
import { Secret } from '../model/secret.ts';
import { optionsFor } from '../ssh-config/evaluate.ts';
import type { ConfigOption } from '../ssh-config/read-config.ts';
import { fromOptions, type SshArguments } from './ssh-arguments.ts';

export interface LoginOptions {
  /** Wins over arguments and configuration. */
  readonly connectTimeoutMs?: number;
  /** OpenSSH's client configuration, read. */
  readonly sshConfig?: readonly ConfigOption[];
  /** The agent's socket. */
  readonly agent?: string;
  /** `--host-key-checking`: wins over the host's variables, so that an inventory cannot loosen what the caller asks. */
  readonly hostKeyChecking?: HostKeyChecking;
  /** The home folder that `~` and the default known_hosts files are in. */
  readonly home: string;
  /** Who runs this: the user to log in as where nothing names one. */
  readonly envUser: string;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** As in OpenSSH's ssh_config(5): UserKnownHostsFile and GlobalKnownHostsFile. */
const USER_KNOWN_HOSTS = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'];
const GLOBAL_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

/** What ssh's client configuration says of a name. */
export function configFor(name: string, user: string | undefined, options: LoginOptions): SshArguments {
  const destination = { name, user, localUser: options.envUser };
  return fromOptions(optionsFor(options.sshConfig ?? [], destination));
}

/** What is settled before ssh's own words are looked at. */
interface Wanted {
  readonly name: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly key: string | undefined;
  readonly password: string | undefined;
}

export function loginOf(
  { name, user = undefined, port = 22, key, password }: Wanted,
  all: SshArguments,
  options: LoginOptions,
  checking: HostKeyChecking | undefined,
): SshLogin {
  const who = user ?? options.envUser;
  const address =
    all.hostName === undefined ? name : all.hostName.replaceAll('%h', name).replaceAll('%%', '%');
  const file = (path: string) =>
    expandHome(
      path.replace(/%([dhru%])/g, (_, letter: string) =>
        letter === '%' ? '%' : ({ d: options.home, h: address, r: who, u: options.envUser }[letter] ?? ''),
      ),
      options.home,
    );
  const known = [
    ...(all.userKnownHostsFiles ?? USER_KNOWN_HOSTS),
    ...(all.globalKnownHostsFiles ?? GLOBAL_KNOWN_HOSTS),
  ];
  const agent = agentOf(all.identityAgent, options, file);
  return {
    address,
    port,
    user: who,
    privateKeyFiles: [...(key === undefined ? [] : [key]), ...all.identityFiles].map(file),
    identitiesOnly: all.identitiesOnly ?? false,
    ...(agent === undefined ? {} : { agent }),
    ...(password === undefined ? {} : { password: new Secret(password) }),
    ...(all.hostKeyAlias === undefined ? {} : { hostKeyAlias: all.hostKeyAlias }),
    knownHostsFiles: known.map(file),
    hostKeyChecking: options.hostKeyChecking ?? checking ?? all.hostKeyChecking ?? 'yes',
    connectTimeoutMs: options.connectTimeoutMs ?? all.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepalive: { intervalS: all.aliveIntervalS ?? 10, countMax: all.aliveCountMax ?? 3 },
    algorithms: {
      ...(all.ciphers === undefined ? {} : { ciphers: all.ciphers }),
      ...(all.kex === undefined ? {} : { kex: all.kex }),
      ...(all.macs === undefined ? {} : { macs: all.macs }),
      ...(all.hostKeyAlgorithms === undefined ? {} : { hostKeys: all.hostKeyAlgorithms }),
    },
  };
}

function agentOf(
  written: string | undefined,
  options: LoginOptions,
  file: (path: string) => string,
): string | undefined {
  if (written === undefined || written === 'SSH_AUTH_SOCK') return options.agent;
  return written.toLowerCase() === 'none' ? undefined : file(written);
}
