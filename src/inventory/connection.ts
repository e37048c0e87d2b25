/**
 * How is a host reached? Settles its connection variables, the command line's options and OpenSSH's defaults into
 * settings, or says what stands in the way. Connects to nothing; `options.sshConfig` reads what it has to.
 */
import { basename } from 'node:path';
import type { ConnectionSettings } from '../model/connection.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Host, Variables } from '../model/inventory.ts';
import { Secret } from '../model/secret.ts';
import type { Lookup } from '../template/evaluate.ts';
import { ConnectionVariables } from './connection-variables.ts';
import type { LoginOptions } from './login.ts';
import { settleWithWay } from './proxy.ts';
import { strangeHost, strangeUser } from './ssh-names.ts';
import { writtenArguments } from './written-arguments.ts';

export interface ConnectionOptions extends LoginOptions {
  /** Of `-e`, for the places of mistakes: their values come from the lookup. */
  readonly extraVars?: Variables;
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
export async function connectionOf(
  host: Host,
  lookup: Lookup,
  options: ConnectionOptions,
): Promise<{ settings: ConnectionSettings } | { diagnostics: readonly Diagnostic[] }> {
  const variables = new ConnectionVariables(host, lookup, options.extraVars);
  const plugin = pluginOf(variables, options);
  const written = writtenArguments(variables, options);
  const address = variables.text('ansible_host', 'ansible_ssh_host');
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
  if (strangeHost(name)) {
    variables.refuse(
      address?.name ?? 'the name',
      `is ${JSON.stringify(name)}, not an address`,
      'give a name or an IP address',
    );
  }
  for (const { args, origin } of written.given.filter(({ keyword }) => keyword.name === 'User')) {
    if (strangeUser(args[0] ?? '')) {
      const hint = 'give the name of a user';
      variables.report({
        problem: `the user ${JSON.stringify(args[0])}, which ssh takes for no name`,
        hint,
        origin,
      });
    }
  }
  const login = await settleWithWay({ name, ...written }, options, (trouble) => variables.report(trouble));
  const settings: ConnectionSettings = {
    kind: 'ssh',
    ...login,
    ...(password === undefined ? {} : { password: new Secret(password) }),
    ...by,
  };
  return variables.diagnostics.length > 0 ? { diagnostics: variables.diagnostics } : { settings };
}

function pluginOf(variables: ConnectionVariables, { connection }: ConnectionOptions): 'ssh' | 'local' {
  const found = variables.text('ansible_connection');
  const written = found?.value ?? connection ?? 'ssh';
  const name = written.replace(/^ansible\.(?:builtin|legacy|netcommon)\./, '');
  if (name === 'local') return 'local';
  if (name.startsWith('paramiko')) refuseParamikos(variables);
  if (!SSH_PLUGINS.has(name)) {
    variables.refuse(
      found?.name ?? 'the connection',
      `is "${written}", which is not supported`,
      'use "ssh" or "local"',
    );
  }
  return 'ssh';
}

/** Names that this plugin alone reads, each after the one that all of them read. */
function refuseParamikos(variables: ConnectionVariables): void {
  for (const name of ['host', 'user', 'pass', 'password', 'host_key_checking']) {
    const own = `ansible_paramiko_${name}`;
    if (variables.holds(own)) variables.refuse(own, 'is not supported', `use ansible_${name}`);
  }
}

/** The method and the user matter only where a host is to become somebody. */
function becomes(variables: ConnectionVariables, options: ConnectionOptions): boolean {
  const wanted = variables.bool('ansible_become') ?? options.become ?? false;
  if (!wanted) return false;
  const method = variables.text('ansible_become_method');
  if (method && !['sudo', 'ansible.builtin.sudo'].includes(method.value)) {
    variables.refuse(method.name, `is "${method.value}", which is not supported`, 'use "sudo"');
  }
  const program = variables.text('ansible_become_exe', 'ansible_sudo_exe');
  if (program && basename(program.value) !== 'sudo') {
    variables.refuse(program.name, `is "${program.value}", which is not supported`, 'only sudo is known');
  }
  const user = variables.text('ansible_become_user', 'ansible_sudo_user');
  if (user && user.value !== 'root') {
    variables.refuse(
      user.name,
      `is "${user.value}", which is not supported`,
      'only root can change interfaces',
    );
  }
  return true;
}
