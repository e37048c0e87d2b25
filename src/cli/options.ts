/** The options that commands share, as commander hands them over; names and meanings are Ansible's where it has them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ConnectionDefaults } from '../load/load.ts';
import type { HostKeyChecking } from '../model/connection.ts';
import { FORMAT_NAMES, type FormatName, isFormatName } from './formats.ts';

export interface InventoryOptions extends VaultOptions {
  readonly inventory: readonly string[];
  readonly inventoryCommands: 'allow' | 'refuse';
  readonly limit: readonly string[];
  readonly extraVars: readonly string[];
  readonly verbose: number;
}

export interface VaultOptions {
  readonly vaultPasswordFile: readonly string[];
  readonly vaultId: readonly string[];
  readonly askVaultPass?: boolean;
}

export interface PasswordOptions {
  readonly askPass?: boolean;
  readonly askBecomePass?: boolean;
  readonly connectionPasswordFile?: string;
  readonly becomePasswordFile?: string;
}

export interface ConnectionOptions extends PasswordOptions {
  readonly connection?: string;
  readonly user?: string;
  readonly privateKey?: string;
  readonly become?: boolean;
  readonly sshConfig?: string;
  readonly sshCommonArgs?: string;
  readonly sshExtraArgs?: string;
  readonly forks: number;
  readonly connectTimeout?: number;
  readonly hostKeyChecking?: HostKeyChecking;
}

/** What the command line says of connections, in the library's words; passwords are asked for elsewhere. */
export function defaultsOf(options: ConnectionOptions): ConnectionDefaults {
  const { connection, user, privateKey, become, hostKeyChecking, connectTimeout } = options;
  const { sshConfig, sshCommonArgs, sshExtraArgs } = options;
  return {
    ...(connectTimeout === undefined ? {} : { connectTimeoutMs: connectTimeout * 1000 }),
    ...(connection === undefined ? {} : { connection }),
    ...(user === undefined ? {} : { user }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(become === undefined ? {} : { become }),
    ...(sshConfig === undefined ? {} : { sshConfig }),
    ...(sshCommonArgs === undefined ? {} : { sshCommonArgs }),
    ...(sshExtraArgs === undefined ? {} : { sshExtraArgs }),
    ...(hostKeyChecking === undefined ? {} : { hostKeyChecking }),
  };
}

/** What may be done to a host, and how it is kept safe; of `plan`, `apply` and `drift`. */
export interface TransactionFlags {
  readonly allowDisruption?: boolean;
  readonly allowLockout?: boolean;
  readonly maxDelete?: number;
  /** False: `--no-confirm`. */
  readonly confirm?: boolean;
  readonly confirmTimeout?: number;
  readonly lockTimeout?: number;
}

/** Where the outcome of a run goes. */
export interface PublishOptions {
  /** Of standard output. */
  readonly format: FormatName;
  readonly report: readonly { readonly format: FormatName; readonly file: string }[];
}

export interface RunCommandOptions
  extends InventoryOptions,
    ConnectionOptions,
    TransactionFlags,
    PublishOptions {
  readonly diff?: boolean;
  readonly detailedExitcode?: boolean;
  /** Of `apply` alone. */
  readonly yes?: boolean;
  readonly check?: boolean;
  readonly seed?: number;
}

export function withInventory(command: Command): Command {
  return command
    .optionsGroup('Inventory:')
    .option('-i, --inventory <path>', 'file, directory, script or "host1,host2," (repeatable)', collect, [])
    .addOption(
      new Option('--inventory-commands <how>', 'may inventory scripts be run')
        .choices(['allow', 'refuse'])
        .default('allow'),
    )
    .option('-l, --limit <pattern>', 'only these hosts (repeatable)', collect, [])
    .option('-e, --extra-vars <vars>', 'variables: k=v, JSON, YAML or @file (repeatable)', collect, [])
    .option('--vault-password-file <file>', 'file or program with a vault password (repeatable)', collect, [])
    .option('--vault-id <id>', '[label@]prompt, or [label@]file (repeatable)', collect, [])
    .option('--ask-vault-pass', 'ask for the vault password')
    .option('-v, --verbose', 'say more (repeatable)', (_, before: number) => before + 1, 0);
}

export function withConnection(command: Command): Command {
  return command
    .optionsGroup('Connection:')
    .option('-u, --user <name>', 'log in as this user where the inventory names none')
    .option('--private-key <file>', 'private key where the inventory names none')
    .option('-c, --connection <type>', 'ssh or local, where the inventory says nothing')
    .option('-k, --ask-pass', 'ask for the password to log in with')
    .option('--connection-password-file <file>', 'file or program with the password to log in with')
    .option('-b, --become', 'become root with sudo')
    .option('-K, --ask-become-pass', 'ask for the password that sudo wants')
    .option('--become-password-file <file>', 'file or program with the password that sudo wants')
    .option('--ssh-config <file>', 'in place of ~/.ssh/config and /etc/ssh/ssh_config; "none" for neither')
    .option('--ssh-common-args <args>', 'as for ssh: -o, -J, -i, -p, -l; where the inventory gives none')
    .option('--ssh-extra-args <args>', 'as --ssh-common-args')
    .option('-f, --forks <n>', 'hosts worked on at once', positive, 25)
    .option('--connect-timeout <seconds>', 'give a connection up after this long (default: 10)', positive)
    .addOption(
      new Option('--host-key-checking <how>', 'what to do with an unknown host key').choices([
        'yes',
        'accept-new',
        'no',
      ]),
    )
    .optionsGroup('Output:');
}

export function withRun(command: Command): Command {
  return withConnection(withInventory(command))
    .optionsGroup('Run:')
    .addOption(new Option('--format <format>', 'output format').choices(FORMAT_NAMES).default('text'))
    .option('--report <format=file>', 'write the report to a file too (repeatable)', readReport, [])
    .option('-D, --diff', 'add a unified diff of each interface’s state before and after')
    .option('--allow-disruption', 'let changes cut off processes that hold a tap device')
    .option('--allow-lockout', 'let changes put the management connection at risk')
    .option(
      '--max-delete <n>',
      'delete at most this many interfaces of a host (default: half of those owned, at least 5)',
      count,
    );
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** `NAME=FILE`, once for each. */
function readReport(value: string, before: PublishOptions['report']): PublishOptions['report'] {
  const [, format = '', file = ''] = /^([^=]*)=(.+)$/s.exec(value) ?? [];
  if (!isFormatName(format)) {
    throw new InvalidArgumentError(`Write FORMAT=FILE; formats: ${FORMAT_NAMES.join(', ')}.`);
  }
  return [...before, { format, file }];
}

/** A whole number of 0 or more. */
export function count(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isInteger(number) || number < 0) {
    throw new InvalidArgumentError('It must be a whole number of 0 or more.');
  }
  return number;
}

/** A whole number of 1 or more. */
export function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a whole number of 1 or more.');
  return number;
}
