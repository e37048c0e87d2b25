/**
 * How is a host reached? Settles its connection variables, the command line's options and OpenSSH's defaults into
 * settings, or says what stands in the way. Connects to nothing and reads no file.
 */
import { join } from 'node:path';
import type { ConnectionSettings, HostKeyChecking } from '../model/connection.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Host } from '../model/inventory.ts';
import { Secret } from '../model/secret.ts';
import type { Lookup } from '../template/evaluate.ts';
import { ConnectionVariables } from './connection-variables.ts';
import { parseSshArguments, type SshArguments } from './ssh-arguments.ts';

export interface ConnectionOptions {
  /** `-u`; as in Ansible, a host's variable wins over it. */
  readonly user?: string;
  /** `--private-key`; a host's variable wins over it. */
  readonly privateKey?: string;
  /** `-b` or the play's `become`; a host's variable wins over it. */
  readonly become?: boolean;
  /** `-K`; a host's variable wins over it. */
  readonly becomePassword?: Secret;
  /** Where the host's ssh arguments give none. */
  readonly connectTimeoutMs: number;
  /** `--host-key-checking`: wins over the host's variables, so that an inventory cannot loosen what the caller asks. */
  readonly hostKeyChecking?: HostKeyChecking;
  /** The home folder that `~` and the default known_hosts files are in. */
  readonly home: string;
  /** Who runs this: the user to log in as where nothing names one. */
  readonly envUser: string;
}

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
  checkPlugin(variables);
  const args = readArguments(variables);
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
  const user = variables.text('ansible_user', 'ansible_ssh_user')?.value ?? options.user ?? args.user;
  const password = variables.text('ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password')?.value;
  const sudo = variables.text('ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass')?.value;
  const becomePassword = sudo === undefined ? options.becomePassword : new Secret(sudo);
  const file = (path: string) => expandHome(path, options.home);
  const known = [
    ...(args.userKnownHostsFiles ?? USER_KNOWN_HOSTS),
    ...(args.globalKnownHostsFiles ?? GLOBAL_KNOWN_HOSTS),
  ];
  const settings: ConnectionSettings = {
    kind: 'ssh',
    address: address?.value ?? host.name,
    port: variables.port('ansible_port', 'ansible_ssh_port') ?? args.port ?? 22,
    user: user ?? options.envUser,
    privateKeyFiles: [...(key === undefined ? [] : [key]), ...args.identityFiles].map(file),
    ...(password === undefined ? {} : { password: new Secret(password) }),
    knownHostsFiles: known.map(file),
    hostKeyChecking: options.hostKeyChecking ?? keyChecking(variables) ?? args.hostKeyChecking ?? 'yes',
    connectTimeoutMs: args.connectTimeoutMs ?? options.connectTimeoutMs,
    identitiesOnly: false,
    keepalive: { intervalS: 10, countMax: 3 },
    algorithms: {},
    become: become(variables, options),
    ...(becomePassword ? { becomePassword } : {}),
  };
  return variables.diagnostics.length > 0 ? { diagnostics: variables.diagnostics } : { settings };
}

function checkPlugin(variables: ConnectionVariables): void {
  const found = variables.text('ansible_connection');
  if (!found) return;
  const name = found.value.replace(/^ansible\.(?:builtin|legacy|netcommon)\./, '');
  if (SSH_PLUGINS.has(name)) return;
  const hint = 'use "ssh", or leave this host out of the run';
  const problem =
    name === 'local'
      ? 'is "local", which is not supported yet'
      : `is "${found.value}", which is not supported`;
  variables.refuse(found.name, problem, hint);
}

function readArguments(variables: ConnectionVariables): SshArguments {
  let all: SshArguments = { identityFiles: [], problems: [] };
  for (const name of ARGUMENT_VARIABLES) {
    const found = variables.text(name);
    if (!found) continue;
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

function keyChecking(variables: ConnectionVariables): HostKeyChecking | undefined {
  const wanted = variables.bool('ansible_host_key_checking', 'ansible_ssh_host_key_checking');
  return wanted === undefined ? undefined : wanted ? 'yes' : 'no';
}

/** The method and the user matter only where a host is to become somebody. */
function become(variables: ConnectionVariables, options: ConnectionOptions): boolean {
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
