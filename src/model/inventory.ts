/**
 * Who exists: hosts, groups and their variables, as Ansible means them. A host here knows nothing of interfaces and
 * holds its variables as they were written: templates in them are evaluated where they are used.
 */
import type { Position } from './diagnostic.ts';
import type { Json } from './json.ts';

/** A variable's value as written (templates not evaluated) and the place of its key. */
export interface Located {
  readonly value: Json;
  readonly where?: Position;
  /** A secret by its name, in a file that was encrypted as a whole: not to be shown. */
  readonly secret?: boolean;
  /** What was written could not be read, in whole or in part, and was reported: nothing is to be made of it. */
  readonly unread?: true;
}

export type Variables = ReadonlyMap<string, Located>;

export interface Host {
  readonly name: string;
  /** Every group the host is in, directly or through children, sorted by name, without `all` (as `group_names`). */
  readonly groups: readonly string[];
  /** Merged by Ansible's precedence: group_vars of all < parents < children < host, later sources win. */
  readonly vars: Variables;
  /** The inventory file that named the host first, as the user gave its path; absent for a host list. */
  readonly source?: string;
}

export interface Group {
  readonly name: string;
  readonly children: readonly string[];
  /** Hosts of the group and of its children, in inventory order. */
  readonly hosts: readonly string[];
  /** Hosts listed in the group itself, in inventory order. */
  readonly ownHosts: readonly string[];
  readonly vars: Variables;
}

export interface Inventory {
  /** In inventory order: the order of every report. */
  readonly hosts: ReadonlyMap<string, Host>;
  /** Holds `all` and `ungrouped` always. */
  readonly groups: ReadonlyMap<string, Group>;
  /** Host names in the order the sources first name them, which Ansible's globs follow. Absent: as `hosts`. */
  readonly listed?: readonly string[];
  /**
   * This machine under the names that mean it where no source names one of them: Ansible's implicit localhost. In no
   * group and in no pattern but its own name.
   */
  readonly implicit?: ReadonlyMap<string, Host>;
}

/** Names of this machine that Ansible knows (its LOCALHOST, seen in 2.14). */
export const LOCALHOST: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** The host of that name, the implicit localhost included. */
export function hostNamed(inventory: Inventory, name: string): Host | undefined {
  return inventory.hosts.get(name) ?? inventory.implicit?.get(name);
}
