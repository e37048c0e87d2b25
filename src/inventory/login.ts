/**
 * What is one login over SSH, on a host or on a bastion: what holds for it of ssh's arguments and configuration, and
 * OpenSSH's defaults, settled. Which way leads there is not its concern.
 */
import type { HostKeyChecking, LoginMethod, SshLogin } from '../model/connection.ts';
import { type Evaluated, evaluate } from '../ssh-config/evaluate.ts';
import type { SshConfig } from '../ssh-config/read-config.ts';
import type { Setting, Trouble } from '../ssh-config/setting.ts';
import { expandFile, type Place } from '../ssh-config/tokens.ts';
import { isNone, isYes, secondsOf } from '../ssh-config/values.ts';

export interface LoginOptions {
  /** Wins over arguments and configuration. */
  readonly connectTimeoutMs?: number;
  /** OpenSSH's client configuration; of a file that is named, and that an inventory named where it is not `trusted`. */
  readonly sshConfig?: (named?: { readonly file: string; readonly trusted: boolean }) => Promise<SshConfig>;
  /** The agent's socket. */
  readonly agent?: string;
  /** `--host-key-checking`: wins over the host's variables, so that an inventory cannot loosen what the caller asks. */
  readonly hostKeyChecking?: HostKeyChecking;
  /** The home folder that `~` and the default known_hosts files are in. */
  readonly home: string;
  /** Who runs this: the user to log in as where nothing names one. */
  readonly envUser: string;
  /** The machine's own name, and the number of who runs this, for `%l` and `%i`. */
  readonly localHost?: string;
  readonly localUserId?: number;
  /** For `${VARIABLE}`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What ssh would be asked for on its command line. */
export interface Asked {
  readonly name: string;
  readonly given: readonly Setting[];
  /** The configuration's file that `-F` names, in place of the usual ones. */
  readonly config?: { readonly file: string; readonly trusted: boolean };
}

export interface Settled {
  readonly login: SshLogin;
  readonly evaluated: Evaluated;
  /** What the tokens of this login stand for. */
  readonly place: Place;
}

const CONNECT_TIMEOUT_MS = 10_000;
const ALIVE_INTERVAL_S = 10;
const ALIVE_COUNT_MAX = 3;
/** As in OpenSSH's ssh_config(5): UserKnownHostsFile and GlobalKnownHostsFile. */
const USER_KNOWN_HOSTS = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'];
const GLOBAL_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];
/** `ask` is `yes`: nobody is there to be asked. */
const CHECKING: Readonly<Record<string, HostKeyChecking>> = {
  'accept-new': 'accept-new',
  no: 'no',
  false: 'no',
  off: 'no',
};
/** Each method, and the keyword that switches it off. */
const METHODS: readonly (readonly [LoginMethod, keyword: string])[] = [
  ['publickey', 'pubkeyauthentication'],
  ['password', 'passwordauthentication'],
  ['keyboard-interactive', 'kbdinteractiveauthentication'],
];

/** `report`: each thing that stands in the way; the login is then not to be used. */
export async function settle(
  { name, given, config }: Asked,
  options: LoginOptions,
  report: (trouble: Trouble) => void,
): Promise<Settled> {
  const sshConfig = (await options.sshConfig?.(config)) ?? [];
  const evaluated = evaluate(sshConfig, { name, given, localUser: options.envUser });
  evaluated.troubles.forEach(report);
  const { settings, hostName: address } = evaluated;
  const first = (keyword: string) => settings.get(keyword)?.args[0];
  const user = first('user') ?? options.envUser;
  const port = Number(first('port') ?? 22);
  const keyAlias = first('hostkeyalias')?.toLowerCase();
  const { home, envUser: localUser, localHost = 'localhost', localUserId = 0 } = options;
  const place = { name, address, port, user, keyAlias, home, localUser, localHost, localUserId };
  const file = (setting: Setting, written: string): string => {
    const expanded = expandFile(written, place, options.environment ?? {});
    if ('text' in expanded) return expanded.text;
    const problem = `${setting.keyword.name} ${JSON.stringify(written)}, which is ${expanded.wrong}`;
    report({
      problem,
      hint: 'see TOKENS and ENVIRONMENT VARIABLES in ssh_config(5)',
      origin: setting.origin,
    });
    return written;
  };
  const agent = agentOf(settings.get('identityagent'), options, file);
  const without = METHODS.filter(([method, keyword]) => isOff(settings, method, keyword)).map(
    ([method]) => method,
  );
  const named = evaluated.identityFiles.filter(({ args }) => !isNone(args[0] ?? ''));
  const login: SshLogin = {
    address,
    port,
    user,
    privateKeyFiles: named.map((setting) => file(setting, setting.args[0] ?? '')),
    ...(named.length < evaluated.identityFiles.length ? { withoutDefaultKeys: true } : {}),
    ...(without.length > 0 ? { withoutMethods: without } : {}),
    identitiesOnly: isYes(first('identitiesonly') ?? ''),
    ...(agent === undefined ? {} : { agent }),
    ...(keyAlias === undefined ? {} : { hostKeyAlias: keyAlias }),
    knownHostsFiles: knownHostsOf(settings, home, file),
    hostKeyChecking:
      options.hostKeyChecking ?? CHECKING[first('stricthostkeychecking')?.toLowerCase() ?? ''] ?? 'yes',
    connectTimeoutMs:
      options.connectTimeoutMs ?? ((timeOf(first('connecttimeout')) ?? 0) * 1000 || CONNECT_TIMEOUT_MS),
    keepalive: {
      intervalS: timeOf(first('serveraliveinterval')) ?? ALIVE_INTERVAL_S,
      countMax: Number(first('serveralivecountmax') ?? ALIVE_COUNT_MAX),
    },
    algorithms: {
      ...some('ciphers', first('ciphers')),
      ...some('kex', first('kexalgorithms')),
      ...some('macs', first('macs')),
      ...some('hostKeys', first('hostkeyalgorithms')),
    },
    ...some('bindAddress', first('bindaddress')),
    ...familyOf(first('addressfamily')),
  };
  return { login, evaluated, place };
}

function some<K extends string>(key: K, value: string | undefined): { readonly [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: string });
}

/** Seconds. Node's timers hold 24 days, and one that is longer is over at once. */
function timeOf(written: string | undefined): number | undefined {
  const seconds = secondsOf(written ?? '');
  return seconds === undefined ? undefined : Math.min(seconds, 2_147_483);
}

function familyOf(written: string | undefined): Pick<SshLogin, 'addressFamily'> {
  const family = written?.toLowerCase();
  return family === 'inet' ? { addressFamily: 4 } : family === 'inet6' ? { addressFamily: 6 } : {};
}

/** PreferredAuthentications' list is ssh's own order; here it only says which are tried at all. */
function isOff(settings: ReadonlyMap<string, Setting>, method: LoginMethod, keyword: string): boolean {
  const preferred = settings.get('preferredauthentications')?.args[0]?.split(',');
  return (
    /^(?:no|false)$/i.test(settings.get(keyword)?.args[0] ?? '') || preferred?.includes(method) === false
  );
}

/** Tokens and `~` are filled into the user's files alone, as in ssh (seen on OpenSSH 9.2). */
function knownHostsOf(
  settings: ReadonlyMap<string, Setting>,
  home: string,
  file: (setting: Setting, written: string) => string,
): readonly string[] {
  const own = settings.get('userknownhostsfile');
  const global = settings.get('globalknownhostsfile')?.args ?? GLOBAL_KNOWN_HOSTS;
  const first = own
    ? own.args.filter((one) => !isNone(one)).map((one) => file(own, one))
    : USER_KNOWN_HOSTS.map((one) => `${home.replace(/\/$/, '')}${one.slice(1)}`);
  return [...first, ...global.filter((one) => !isNone(one))];
}

/** A path, `$VARIABLE`, `SSH_AUTH_SOCK` or `none`. */
function agentOf(
  setting: Setting | undefined,
  options: LoginOptions,
  file: (setting: Setting, written: string) => string,
): string | undefined {
  const written = setting?.args[0];
  if (!setting || written === undefined || written === 'SSH_AUTH_SOCK') return options.agent;
  const variable = /^\$(\w+)$/.exec(written)?.[1];
  if (variable !== undefined) return options.environment?.[variable] || undefined;
  return isNone(written) ? undefined : file(setting, written);
}
