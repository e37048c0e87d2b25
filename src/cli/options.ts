/** The options that commands share, as commander hands them over; names and meanings are Ansible's where it has them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ConnectionDefaults } from '../load/load.ts';
import type { HostKeyChecking } from '../model/connection.ts';

export interface InventoryOptions {
  readonly inventory: readonly string[];
  readonly limit: readonly string[];
  readonly extraVars: readonly string[];
  readonly verbose: number;
}

export interface ConnectionOptions {
  readonly user?: string;
  readonly privateKey?: string;
  readonly become?: boolean;
  readonly forks: number;
  readonly connectTimeout: number;
  readonly hostKeyChecking?: HostKeyChecking;
}

/** What the command line says of connections, in the library's words. */
export function defaultsOf(options: ConnectionOptions): ConnectionDefaults {
  const { user, privateKey, become, hostKeyChecking, connectTimeout } = options;
  return {
    connectTimeoutMs: connectTimeout * 1000,
    ...(user === undefined ? {} : { user }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(become === undefined ? {} : { become }),
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

export interface RunCommandOptions extends InventoryOptions, ConnectionOptions, TransactionFlags {
  readonly format: 'text' | 'json';
  readonly diff?: boolean;
  readonly detailedExitcode?: boolean;
  /** Of `apply` alone. */
  readonly yes?: boolean;
  readonly check?: boolean;
}

export function withInventory(command: Command): Command {
  return command
    .option('-i, --inventory <path>', 'inventory file or "host1,host2," (repeatable)', collect, [])
    .option('-l, --limit <pattern>', 'only these hosts (repeatable)', collect, [])
    .option('-e, --extra-vars <vars>', 'variables: k=v, JSON, YAML or @file (repeatable)', collect, [])
    .option('-v, --verbose', 'say more (repeatable)', (_, before: number) => before + 1, 0);
}

export function withConnection(command: Command): Command {
  return command
    .option('-u, --user <name>', 'log in as this user where the inventory names none')
    .option('--private-key <file>', 'private key where the inventory names none')
    .option('-b, --become', 'become root with sudo')
    .option('-f, --forks <n>', 'hosts worked on at once', positive, 25)
    .option('--connect-timeout <seconds>', 'give a connection up after this long', positive, 10)
    .addOption(
      new Option('--host-key-checking <how>', 'what to do with an unknown host key').choices([
        'yes',
        'accept-new',
        'no',
      ]),
    );
}

export function withRun(command: Command): Command {
  return withConnection(withInventory(command))
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'))
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
