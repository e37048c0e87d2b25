/** The options that commands share, as commander hands them over; names and meanings are Ansible's where it has them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ConnectionDefaults } from '../load/load.ts';
import type { HostKeyChecking } from '../model/connection.ts';
import type { Shard } from '../planning/shard.ts';
import { RERUNS, type Rerun } from '../record/rerun.ts';
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
  readonly commandTimeout?: number;
  readonly hostTimeout?: number;
  readonly retries: number;
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

/** What may be done to a host, how it is kept safe and who is told; of `plan`, `apply`, `drift` and `undo`. */
export interface TransactionFlags {
  readonly events?: string;
  readonly allowDisruption?: boolean;
  readonly allowLockout?: boolean;
  readonly maxDelete?: number;
  /** False: `--no-confirm`. */
  readonly confirm?: boolean;
  readonly confirmTimeout?: number;
  readonly lockTimeout?: number;
  /** Undefined: as many as the hosts are worth. */
  readonly threads?: number;
}

/** How a report is shown, where else it goes, and what the exit code tells. */
export interface ReportOptions {
  /** Of standard output. */
  readonly format: FormatName;
  readonly report: readonly { readonly format: FormatName; readonly file: string }[];
  readonly diff?: boolean;
  readonly verbose: number;
  readonly detailedExitcode?: boolean;
}

export interface RunCommandOptions
  extends InventoryOptions,
    ConnectionOptions,
    TransactionFlags,
    ReportOptions {
  readonly shard?: Shard;
  /** Of `apply` alone. */
  readonly yes?: boolean;
  readonly check?: boolean;
  readonly seed?: number;
  /** The folder of run records; false: `--no-record`. */
  readonly record?: string | false;
  readonly rerun?: Rerun;
  /** Playbooks that a saved plan must be of. */
  readonly declaredBy?: readonly string[];
  /** Of `plan` alone. */
  readonly out?: string;
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
    .option('-l, --limit <pattern>', 'only these hosts; given twice, the last one counts', collect, [])
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
    .option('--ssh-common-args <args>', 'as for ssh: -o, -J, -F, -i, -p, -l; where the inventory gives none')
    .option('--ssh-extra-args <args>', 'as --ssh-common-args')
    .option('-f, --forks <n>', 'hosts worked on at once', positive, 25)
    .option('--connect-timeout <seconds>', 'give a connection up after this long (default: 10)', seconds(1))
    .option('--command-timeout <seconds>', 'give up reading a host after this long (default: 60)', seconds(1))
    .option('--host-timeout <seconds>', 'give a host up when all of it takes longer than this', seconds(1))
    .option('--retries <n>', 'try again so often where a connection is refused or breaks', count, 2)
    .addOption(
      new Option('--host-key-checking <how>', 'what to do with an unknown host key').choices([
        'yes',
        'accept-new',
        'no',
      ]),
    )
    .optionsGroup('Output:');
}

const DIFF = 'add a unified diff of each interface’s state before and after';

function reportFormat(): Option {
  return new Option('--format <format>', 'output format').choices(FORMAT_NAMES).default('text');
}

/** Of a command that only shows reports. */
export function withReport(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .addOption(reportFormat())
    .option('--report <format=file>', 'write the report to a file too (repeatable)', readReport, [])
    .option('-D, --diff', DIFF)
    .option('-v, --verbose', 'list hosts one by one', (_, before: number) => before + 1, 0);
}

export function withRun(command: Command): Command {
  return withConnection(withInventory(command))
    .optionsGroup('Run:')
    .option(
      '--threads <n>',
      'share the hosts among so many threads (default: by hosts and processors)',
      count,
    )
    .option('--events <file>', 'append what happens to this file, as it happens, in JSON Lines')
    .addOption(reportFormat())
    .option('--report <format=file>', 'write the report to a file too (repeatable)', readReport, [])
    .option('-D, --diff', DIFF)
    .option('--shard <i/n>', 'only part i of n of the hosts; "merge" puts the JSON reports together', shard)
    .option('--allow-disruption', 'let changes cut off processes that hold a tap device')
    .option('--allow-lockout', 'let changes put the management connection at risk')
    .option(
      '--max-delete <n>',
      'delete at most this many interfaces of a host (default: half of those owned, at least 5)',
      count,
    );
}

/** Of the commands that change hosts. */
export function withChange(command: Command): Command {
  return withRun(command)
    .option('-y, --yes', 'do not ask')
    .option(
      '--confirm-timeout <seconds>',
      'the host takes everything back unless confirmed within this time',
      seconds(1),
      30,
    )
    .option('--no-confirm', 'no dead-man switch on the host')
    .option('--lock-timeout <seconds>', 'wait this long for another run on the same host', seconds(0), 35)
    .option('-C, --check', 'only say what would change')
    .option('--detailed-exitcode', 'with --check: exit 2 where something would change')
    .option('--record <folder>', `write the run down in this folder (default: ${RECORD_FOLDER})`)
    .option('--no-record', 'write nothing down: the run cannot be undone as a whole');
}

/** Where runs are written down. */
export const RECORD_FOLDER = '.tapfleet/runs';

export function rerunOption(): Option {
  return new Option(
    '--rerun <which>',
    'only hosts that failed or were unreachable when these playbooks were last applied to them',
  ).choices(RERUNS);
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** `2/8`: the second of eight parts. */
export function shard(value: string): Shard {
  const [, first, second] = /^(\d{1,6})\/(\d{1,6})$/.exec(value) ?? [];
  const [index, count] = [Number(first), Number(second)];
  if (!(index >= 1 && index <= count)) {
    throw new InvalidArgumentError('It must be i/n with i from 1 to n, such as 2/8.');
  }
  return { index, count };
}

/** `NAME=FILE`, once for each. */
function readReport(value: string, before: ReportOptions['report']): ReportOptions['report'] {
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

/** Longer nobody waits; and a timer of more than 24 days is over at once in node. */
const LONGEST_S = 86_400;

/** Whole seconds, up to a day. */
function seconds(least: 0 | 1): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() === '' || !Number.isInteger(number) || number < least || number > LONGEST_S) {
      throw new InvalidArgumentError(
        `It must be whole seconds from ${least} to ${LONGEST_S}, which is a day.`,
      );
    }
    return number;
  };
}

/** A whole number of 1 or more. */
export function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a whole number of 1 or more.');
  return number;
}
