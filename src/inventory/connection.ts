/**
 * How is a host reached? Settles its connection variables, the command line's options and OpenSSH's defaults into
 * settings, or says what stands in the way. Connects to nothing and reads no file.
 */
import type { ConnectionSettings, HostKeyChecking } from '../model/connection.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Host } from '../model/inventory.ts';
import { Secret } from '../model/secret.ts';
import type { Lookup } from '../template/evaluate.ts';
import { ConnectionVariables } from './connection-variables.ts';
import { configFor, type LoginOptions, loginOf } from './login.ts';
import { proxyOf } from './proxy.ts';
import { parseSshArguments, type SshArguments } from './ssh-arguments.ts';

export interface ConnectionOptions extends LoginOptions {
  /** `-c`; as in Ansible, a host's variable wins over it and over those that follow. */
  readonly connection?: string;
  /** `-u`. */
  readonly user?: string;
  /** `--private-key`. */
  readonly privateKey?: string;
  /** `-k`. */
  readonly password?: Secret;
  /** `-b` or the play's `become`. */
  readonly become?: boolean;
  /** `-K`. */
  readonly becomePassword?: Secret;
  readonly sshCommonArgs?: string;
  readonly sshExtraArgs?: string;
}

const SSH_PLUGINS = new Set(['ssh', 'smart', 'paramiko', 'paramiko_ssh']);

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

/** In the order in which Ansible puts them on ssh's command line, where the first value of an option wins. */
function readArguments(
  variables: ConnectionVariables,
  { sshCommonArgs, sshExtraArgs }: ConnectionOptions,
): SshArguments {
  let all: SshArguments = { identityFiles: [], problems: [] };
  for (const [name, option] of [
    ['ansible_ssh_args', undefined],
    ['ansible_ssh_common_args', sshCommonArgs],
    ['ansible_ssh_extra_args', sshExtraArgs],
  ] as const) {
    const written = variables.text(name)?.value ?? option;
    if (written === undefined) continue;
    const one = parseSshArguments(written);
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
