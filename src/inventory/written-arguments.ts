/**
 * What would Ansible write on ssh's command line for a host? The settings in the order of its ssh plugin's
 * `_build_command` (ansible-core 2.14): `ansible_ssh_args`, the variables, then common and extra arguments. Of a keyword
 * the first one counts.
 */
import { readArguments, type SshArguments } from '../ssh-config/arguments.ts';
import { madeSetting, type Origin, type Setting } from '../ssh-config/setting.ts';
import type { ConnectionVariables } from './connection-variables.ts';
import { shellWords } from './shell-words.ts';

/** What the command line says where a host has no variable of its own. */
export interface ArgumentOptions {
  readonly user?: string;
  readonly privateKey?: string;
  readonly sshCommonArgs?: string;
  readonly sshExtraArgs?: string;
}

export interface WrittenArguments {
  readonly given: readonly Setting[];
  readonly config?: { readonly file: string; readonly trusted: boolean };
}

/** Mistakes go to `variables`. */
export function writtenArguments(variables: ConnectionVariables, options: ArgumentOptions): WrittenArguments {
  const all = [
    argumentsOf(variables, 'ansible_ssh_args', undefined, undefined),
    { settings: variableSettings(variables, options) },
    argumentsOf(variables, 'ansible_ssh_common_args', '--ssh-common-args', options.sshCommonArgs),
    argumentsOf(variables, 'ansible_ssh_extra_args', '--ssh-extra-args', options.sshExtraArgs),
  ];
  const config = all.findLast((one) => 'config' in one && one.config !== undefined);
  return {
    given: all.flatMap(({ settings }) => settings),
    ...(config && 'config' in config && config.config ? { config: config.config } : {}),
  };
}

/** What only the caller wrote may name programs to be run here. */
function argumentsOf(
  variables: ConnectionVariables,
  name: string,
  option: string | undefined,
  optionText: string | undefined,
): { readonly settings: readonly Setting[]; readonly config?: WrittenArguments['config'] } {
  const variable = variables.text(name)?.value;
  const text = variable ?? optionText;
  if (text === undefined) return { settings: [] };
  const origin =
    variable === undefined ? { says: `${option} holds `, trusted: true } : variables.origin(name, ' holds ');
  const words = shellWords(text);
  const read: SshArguments = words
    ? readArguments(words, origin)
    : {
        settings: [],
        words: [],
        troubles: [{ problem: 'a quote that is never closed', hint: 'close it', origin }],
      };
  for (const trouble of read.troubles) variables.report(trouble);
  for (const word of read.words) {
    const hint = 'take it out: where to go and what to do there is not said here';
    variables.report({ problem: `"${word}", which is no option of ssh`, hint, origin });
  }
  if (read.forward !== undefined) {
    const hint = 'take it out: use -J or ProxyJump to go over another host';
    variables.report({ problem: '"-W", which is not supported', hint, origin });
  }
  if (read.configFile === undefined) return read;
  return { ...read, config: { file: read.configFile, trusted: origin.trusted } };
}

function variableSettings(variables: ConnectionVariables, options: ArgumentOptions): readonly Setting[] {
  const settings: Setting[] = [];
  const take = (keyword: string, value: string | undefined, origin: Origin) => {
    if (value !== undefined) settings.push(madeSetting(keyword, value, origin));
  };
  const takeText = (keyword: string, names: readonly string[], option: string, optionText?: string) => {
    const found = variables.text(...names);
    if (found) take(keyword, found.value, variables.origin(found.name, ' gives '));
    else take(keyword, optionText, { says: `${option} gives `, trusted: true });
  };
  const checking = variables.bool('ansible_host_key_checking', 'ansible_ssh_host_key_checking');
  // A yes adds nothing there either: then arguments and configuration decide.
  if (checking === false) {
    take('StrictHostKeyChecking', 'no', variables.origin('ansible_host_key_checking', ' gives '));
  }
  const port = variables.port('ansible_port', 'ansible_ssh_port');
  take('Port', port === undefined ? undefined : String(port), variables.origin('ansible_port', ' gives '));
  const provider = variables.text('ansible_ssh_pkcs11_provider');
  if (provider) take('PKCS11Provider', provider.value, variables.origin(provider.name, ' gives '));
  const keys = ['ansible_private_key_file', 'ansible_ssh_private_key_file'];
  takeText('IdentityFile', keys, '--private-key', options.privateKey);
  takeText('User', ['ansible_user', 'ansible_ssh_user'], '-u', options.user);
  const timeout = variables.wholeNumber('ansible_timeout', 'ansible_ssh_timeout');
  if (timeout !== undefined && timeout > 0) {
    take('ConnectTimeout', String(timeout), variables.origin('ansible_timeout', ' gives '));
  }
  return settings;
}
