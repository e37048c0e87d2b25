/**
 * How is a host reached? Settles its connection variables, the command line's options and OpenSSH's defaults into
 * settings, or says what stands in the way. Connects to nothing and reads no file.
 */
import { join } from 'node:path';
import type { ConnectionSettings, HostKeyChecking, SshLogin, SshProxy } from '../model/connection.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Host } from '../model/inventory.ts';
import { Secret } from '../model/secret.ts';
import { optionsFor } from '../ssh-config/evaluate.ts';
import { parseJump } from '../ssh-config/hop.ts';
import type { ConfigOption } from '../ssh-config/read-config.ts';
import type { Lookup } from '../template/evaluate.ts';
import { ConnectionVariables } from './connection-variables.ts';
import { shellWords } from './shell-words.ts';
import { fromOptions, parseSshArguments, type SshArguments } from './ssh-arguments.ts';

export interface ConnectionOptions {
  /** `-u`; as in Ansible, a host's variable wins over it. */
  readonly user?: string;
  /** `--private-key`; a host's variable wins over it. */
  readonly privateKey?: string;
  /** `-b` or the play's `become`; a host's variable wins over it. */
  readonly become?: boolean;
  /** `-K`; a host's variable wins over it. */
  readonly becomePassword?: Secret;
  /** Wins over arguments and configuration. */
  readonly connectTimeoutMs?: number;
  readonly connection?: string;
  readonly password?: Secret;
  readonly sshCommonArgs?: string;
  readonly sshExtraArgs?: string;
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
const MAX_JUMPS = 8;
const SSH_PLUGINS = new Set(['ssh', 'smart', 'paramiko', 'paramiko_ssh']);
/** As in OpenSSH's ssh_config(5): UserKnownHostsFile and GlobalKnownHostsFile. */
const USER_KNOWN_HOSTS = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'];
const GLOBAL_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];
/** In the order in which Ansible puts them on ssh's command line, where the first value of an option wins. */
const ARGUMENT_VARIABLES = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'];

/** `lookup` comes from `hostLookup`; templates in the variables are evaluated, and fail as diagnostics. */
export function connectionOf(
  host: Host,
  lookup: Lookup,
  options: ConnectionOptions,
): { settings: ConnectionSettings } | { diagnostics: readonly Diagnostic[] } {
  const variables = new ConnectionVariables(host, lookup);
  const plugin = pluginOf(variables, options);
  const args = readArguments(variables, options);
  const address = variables.text('ansible_host', 'ansible_ssh_host');
  if (address && /[\s\p{Cc}]/u.test(address.value)) {
    variables.refuse(
      address.name,
      `is ${JSON.stringify(address.value)}, not an address`,
      'give a name or an IP address',
    );
  }
  const key =
    variables.text('ansible_private_key_file', 'ansible_ssh_private_key_file')?.value ?? options.privateKey;
  const user = variables.text('ansible_user', 'ansible_ssh_user')?.value ?? options.user;
  const password =
    variables.text('ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password')?.value ??
    options.password?.reveal();
  const sudo = variables.text('ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass')?.value;
  const becomePassword = sudo === undefined ? options.becomePassword : new Secret(sudo);
  const become = becomes(variables, options);
  const by = { become, ...(becomePassword ? { becomePassword } : {}) };
  if (plugin === 'local') {
    const settings = { kind: 'local', user: options.envUser, ...by } as const;
    return variables.diagnostics.length > 0 ? { diagnostics: variables.diagnostics } : { settings };
  }
  const name = address?.value ?? host.name;
  const configured = configFor(name, user ?? args.user, options);
  for (const problem of configured.problems) {
    variables.refuse('the ssh configuration', problem, 'mend ~/.ssh/config, or use --ssh-config');
  }
  const all = { ...configured, ...args, identityFiles: [...args.identityFiles, ...configured.identityFiles] };
  const port = variables.port('ansible_port', 'ansible_ssh_port');
  const refuseProxy = (problem: string) =>
    variables.refuse('ansible_ssh_common_args', problem, 'use ProxyJump, or -J USER@HOST');
  const login = loginOf(
    { name, user: user ?? all.user, port: port ?? all.port, key, password },
    all,
    options,
    keyChecking(variables),
  );
  const proxy = proxyOf(all, login, { ...options, trusted: args.proxy === undefined }, refuseProxy, 0);
  const settings: ConnectionSettings = { kind: 'ssh', ...login, ...(proxy ? { proxy } : {}), ...by };
  return variables.diagnostics.length > 0 ? { diagnostics: variables.diagnostics } : { settings };
}

/** What ssh's client configuration says of a name. */
function configFor(name: string, user: string | undefined, options: ConnectionOptions): SshArguments {
  const destination = { name, user, localUser: options.envUser };
  return fromOptions(optionsFor(options.sshConfig ?? [], destination));
}

interface Wanted {
  readonly name: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly key: string | undefined;
  readonly password: string | undefined;
}

function loginOf(
  { name, user = undefined, port = 22, key, password }: Wanted,
  all: SshArguments,
  options: ConnectionOptions,
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
  options: ConnectionOptions,
  file: (path: string) => string,
): string | undefined {
  if (written === undefined || written === 'SSH_AUTH_SOCK') return options.agent;
  return written.toLowerCase() === 'none' ? undefined : file(written);
}

/**
 * `ssh -W %h:%p BASTION` is a jump that needs no program. Any other command is run only where the user's own
 * configuration has it: what an inventory brings along runs nothing here.
 */
function proxyOf(
  { proxy }: SshArguments,
  login: SshLogin,
  options: ConnectionOptions & { readonly trusted: boolean },
  refuse: (problem: string) => void,
  depth: number,
): SshProxy | undefined {
  if (!proxy) return undefined;
  if ('command' in proxy && proxy.command.toLowerCase() === 'none') return undefined;
  const text = 'jump' in proxy ? proxy.jump : jumpOf(proxy.command);
  if (text === undefined && 'command' in proxy) {
    if (options.trusted) return { kind: 'command', command: fillIn(proxy.command, login) };
    refuse('holds a ProxyCommand that is not "ssh -W %h:%p BASTION": an inventory may run no program here');
    return undefined;
  }
  const hops = parseJump(text ?? '');
  if (!hops || depth > MAX_JUMPS) {
    refuse(depth > MAX_JUMPS ? 'jumps in a circle' : `jumps over "${text}", which is no [user@]host[:port]`);
    return undefined;
  }
  let through: SshLogin | undefined;
  for (const hop of hops) {
    const configured = configFor(hop.host, hop.user, options);
    const wanted = { name: hop.host, user: hop.user ?? configured.user, port: hop.port ?? configured.port };
    const next = loginOf({ ...wanted, key: undefined, password: undefined }, configured, options, undefined);
    const before: SshProxy | undefined = through
      ? { kind: 'jump', through }
      : proxyOf(configured, next, { ...options, trusted: true }, refuse, depth + 1);
    through = { ...next, ...(before ? { proxy: before } : {}) };
  }
  return through && { kind: 'jump', through };
}

/** The bastion of a ProxyCommand such as `ssh -q -W %h:%p -p 2222 user@bastion`; undefined where it is another command. */
function jumpOf(command: string): string | undefined {
  const words = shellWords(command) ?? [];
  if (!/^(?:.*\/)?ssh$/.test(words[0] ?? '')) return undefined;
  let port: string | undefined;
  let user: string | undefined;
  let host: string | undefined;
  let forwards = false;
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? '';
    if (/^-[qCTxaknN46]+$/.test(word)) continue;
    if (word === '-W') forwards = /^\[?%h\]?:%p$/.test(words[++at] ?? '');
    else if (word === '-p') port = words[++at];
    else if (word === '-l') user = words[++at];
    else if (!word.startsWith('-') && host === undefined) host = word;
    else return undefined;
  }
  if (!forwards || host === undefined) return undefined;
  return `${user === undefined || host.includes('@') ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`;
}

/** The values come from an inventory: each is one word to the shell, whatever it holds. */
function fillIn(command: string, { address, port, user }: SshLogin): string {
  const values: Readonly<Record<string, string>> = {
    h: address,
    n: address,
    p: String(port),
    r: user,
    '%': '%',
  };
  return command.replace(/%([hnpr%])/g, (_, letter: string) => {
    const value = values[letter] ?? '';
    return /^[\w.:%@-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
  });
}

function pluginOf(variables: ConnectionVariables, { connection }: ConnectionOptions): 'ssh' | 'local' {
  const found = variables.text('ansible_connection');
  const written = found?.value ?? connection ?? 'ssh';
  const name = written.replace(/^ansible\.(?:builtin|legacy|netcommon)\./, '');
  if (name === 'local') return 'local';
  if (!SSH_PLUGINS.has(name)) {
    variables.refuse(
      found?.name ?? 'the connection',
      `is "${written}", which is not supported`,
      'use "ssh" or "local"',
    );
  }
  return 'ssh';
}

function readArguments(variables: ConnectionVariables, options: ConnectionOptions): SshArguments {
  let all: SshArguments = { identityFiles: [], problems: [] };
  for (const name of ARGUMENT_VARIABLES) {
    const written = variables.text(name) ?? optionFor(name, options);
    if (!written) continue;
    const found = written;
    const one = parseSshArguments(found.value);
    for (const problem of one.problems) {
      variables.refuse(
        name,
        problem,
        'take it out, or give the host variables and options that tapfleet knows',
      );
    }
    all = { ...one, ...all, identityFiles: [...all.identityFiles, ...one.identityFiles] };
  }
  return all;
}

function optionFor(name: string, { sshCommonArgs, sshExtraArgs }: ConnectionOptions) {
  const value =
    name === 'ansible_ssh_common_args'
      ? sshCommonArgs
      : name === 'ansible_ssh_extra_args'
        ? sshExtraArgs
        : undefined;
  return value === undefined ? undefined : { value };
}

function keyChecking(variables: ConnectionVariables): HostKeyChecking | undefined {
  const wanted = variables.bool('ansible_host_key_checking', 'ansible_ssh_host_key_checking');
  return wanted === undefined ? undefined : wanted ? 'yes' : 'no';
}

/** The method and the user matter only where a host is to become somebody. */
function becomes(variables: ConnectionVariables, options: ConnectionOptions): boolean {
  const wanted = variables.bool('ansible_become') ?? options.become ?? false;
  if (!wanted) return false;
  const method = variables.text('ansible_become_method');
  if (method && !['sudo', 'ansible.builtin.sudo'].includes(method.value)) {
    variables.refuse(method.name, `is "${method.value}", which is not supported`, 'use "sudo"');
  }
  const user = variables.text('ansible_become_user');
  if (user && user.value !== 'root') {
    variables.refuse(
      user.name,
      `is "${user.value}", which is not supported`,
      'only root can change interfaces',
    );
  }
  return true;
}

function expandHome(path: string, home: string): string {
  if (path === '~') return home;
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}
