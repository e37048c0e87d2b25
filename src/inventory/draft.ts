/**
 * What the inventory sources have said so far: groups, hosts and their variables, before files of variables and before
 * the tree is checked. Every parser adds to one draft, source by source, so later sources win. Reads no files.
 */
import type { Diagnostics, Position } from '../model/diagnostic.ts';
import type { Located } from '../model/inventory.ts';
import { MAX_HOSTS } from './ranges.ts';

export interface DraftGroup {
  readonly name: string;
  readonly where?: Position;
  /** Child groups in the order first named, each with the place that names it. */
  readonly children: Map<string, Position | undefined>;
  readonly hosts: Set<string>;
  readonly vars: Map<string, Located>;
  /** `ansible_group_priority`: among groups of one depth the higher wins. */
  priority: number;
}

export interface DraftHost {
  readonly name: string;
  readonly where?: Position;
  /** The inventory file that named the host first. */
  readonly source?: string;
  readonly vars: Map<string, Located>;
}

export interface Draft {
  /** In the order first named; `all` and `ungrouped` come first, as in Ansible. */
  readonly groups: Map<string, DraftGroup>;
  /** In the order first named. */
  readonly hosts: Map<string, DraftHost>;
  /** What ranges may still set: each name, and each variable of one. */
  left: number;
  /** More was named than a draft takes, which was reported: it takes no further host. */
  full: boolean;
}

/** A line of some bytes can set a variable on 100,000 hosts: together not more than 100,000 hosts with 20 words each. */
const MOST_BY_RANGES = 2_000_000;

export function newDraft(): Draft {
  const draft: Draft = { groups: new Map(), hosts: new Map(), left: MOST_BY_RANGES, full: false };
  const all = addGroup(draft, 'all');
  addGroup(draft, 'ungrouped');
  all.children.set('ungrouped', undefined);
  return draft;
}

/** The group of that name, made where it is new. */
export function addGroup(draft: Draft, name: string, where?: Position): DraftGroup {
  const known = draft.groups.get(name);
  if (known) return known;
  const group: DraftGroup = {
    name,
    ...(where ? { where } : {}),
    children: new Map(),
    hosts: new Set(),
    vars: new Map(),
    priority: 1,
  };
  draft.groups.set(name, group);
  return group;
}

/** What a name in an inventory says of one host. */
export interface NamedHost {
  readonly name: string;
  readonly where?: Position;
  readonly source?: string;
  /** Becomes `ansible_port`, and only where the host is new: so in Ansible. */
  readonly port?: number;
}

/** The host of that name, made where it is new, as a member of `group`; undefined where there are too many. */
export function addHost(
  draft: Draft,
  group: DraftGroup,
  named: NamedHost,
  diagnostics: Diagnostics,
): DraftHost | undefined {
  const { name, where, source, port } = named;
  let host = draft.hosts.get(name);
  if (!host) {
    if (draft.full) return undefined;
    if (draft.hosts.size >= MAX_HOSTS) {
      draft.full = true;
      diagnostics.error(`the inventory names more than ${MAX_HOSTS} hosts`, {
        hint: 'split it into several inventories',
        ...(where ? { where } : {}),
      });
      return undefined;
    }
    host = { name, ...(where ? { where } : {}), ...(source ? { source } : {}), vars: new Map() };
    if (port !== undefined) host.vars.set('ansible_port', { value: port, ...(where ? { where } : {}) });
    draft.hosts.set(name, host);
  }
  group.hosts.add(name);
  return host;
}

/** The hosts that one name with ranges stands for, each with these variables; as many as there may be. */
export function addHosts(
  draft: Draft,
  group: DraftGroup,
  { names, ...named }: Omit<NamedHost, 'name'> & { readonly names: readonly string[] },
  variables: readonly (readonly [string, Located])[],
  diagnostics: Diagnostics,
): void {
  if (names.length > 1) draft.left -= names.length * (1 + variables.length);
  if (draft.left < 0 && !draft.full) {
    draft.full = true;
    diagnostics.error('the ranges of the inventory stand for too many hosts and variables together', {
      hint: 'set variables once, for a group that holds the hosts; name each range in few groups',
      ...(named.where ? { where: named.where } : {}),
    });
  }
  if (draft.full) return;
  for (const name of names) {
    const host = addHost(draft, group, { ...named, name }, diagnostics);
    if (!host) return;
    for (const [variable, located] of variables) host.vars.set(variable, located);
  }
}

/** `ansible_group_priority` is no variable: it decides in which order groups of one depth are merged. */
export function setGroupVariable(
  group: DraftGroup,
  name: string,
  located: Located,
  valueWhere: Position,
  diagnostics: Diagnostics,
): void {
  if (name !== 'ansible_group_priority') {
    group.vars.set(name, located);
    return;
  }
  const { value } = located;
  if (located.unread) return;
  const priority = typeof value === 'string' && /^\s*[-+]?[0-9]{1,9}\s*$/.test(value) ? Number(value) : value;
  if (typeof priority === 'number' && Number.isFinite(priority)) {
    group.priority = Math.trunc(priority);
    return;
  }
  diagnostics.error(
    `ansible_group_priority of the group "${group.name}" is ${JSON.stringify(value)}, not a number`,
    { hint: 'give it a whole number; 1 is the default, higher wins', where: valueWhere },
  );
}
