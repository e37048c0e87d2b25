/**
 * Puts a draft, its tree and the files of variables together into the Inventory that every later stage reads. Here
 * stands Ansible's order of precedence for variables. Pure.
 */

import { compareText } from '../model/compare.ts';
import { type Group, type Host, type Inventory, LOCALHOST, type Variables } from '../model/inventory.ts';
import type { Draft, DraftGroup } from './draft.ts';
import type { GroupTree } from './group-tree.ts';
import { mergeVariables } from './vars-files.ts';

/** What the `group_vars` and `host_vars` beside one inventory or playbook hold, by name. */
export interface VarsFolders {
  readonly groups: ReadonlyMap<string, Variables>;
  readonly hosts: ReadonlyMap<string, Variables>;
}

export interface VarsSources {
  /** Beside each inventory source, in the order of `-i`. */
  readonly inventory: readonly VarsFolders[];
  /** Beside each playbook; wins over `inventory`. */
  readonly playbook: readonly VarsFolders[];
}

/**
 * Lowest first (Ansible's VARIABLE_PRECEDENCE, seen in 2.14): `all` in the inventory, groups in the inventory; then
 * files: `all` beside inventories, beside playbooks, groups beside inventories, beside playbooks; then the host in the
 * inventory, its files beside inventories, beside playbooks. Groups: by depth, then priority, then name.
 */
export function buildInventory(draft: Draft, tree: GroupTree, files: VarsSources): Inventory {
  const beside = [...files.inventory, ...files.playbook];
  const merged = new Map<string, { groups: readonly string[]; vars: Variables }>();

  /** Hosts in the same groups share one list of groups and one map of variables. */
  function throughGroups(host: string): { groups: readonly string[]; vars: Variables } {
    const own = tree.ownGroupsOf(host);
    const key = own.join('\0');
    const known = merged.get(key);
    if (known) return known;
    const order = tree.mergeOrder(own);
    const result = {
      groups: [...order].sort(compareText),
      vars: mergeVariables([
        draft.groups.get('all')?.vars,
        ...order.map((name) => draft.groups.get(name)?.vars),
        ...beside.map((one) => one.groups.get('all')),
        ...beside.flatMap((one) => order.map((name) => one.groups.get(name))),
      ]),
    };
    merged.set(key, result);
    return result;
  }

  const hosts = new Map<string, Host>();
  for (const name of tree.hostsOf('all')) {
    const host = draft.hosts.get(name);
    const { groups, vars } = throughGroups(name);
    const own = beside.map((one) => one.hosts.get(name));
    hosts.set(name, {
      name,
      groups,
      vars: mergeVariables([vars, host?.vars, ...own]),
      ...(host?.source === undefined ? {} : { source: host.source }),
    });
  }
  const groups = new Map(
    [...draft.groups.values()].map((group) => [group.name, groupOf(group, tree, files)]),
  );
  const implicit = new Map<string, Host>();
  for (const name of implicitNames(draft)) {
    const own = beside.map((one) => one.hosts.get(name));
    implicit.set(name, { name, groups: [], vars: mergeVariables([throughGroups(name).vars, LOCAL, ...own]) });
  }
  return { hosts, groups, listed: [...draft.hosts.keys()], implicit };
}

const LOCAL: Variables = new Map([['ansible_connection', { value: 'local' }]]);

/** What may mean this machine unasked: nothing where a source names it, as that host then has all of its names. */
export function implicitNames(draft: Draft): readonly string[] {
  return LOCALHOST.some((name) => draft.hosts.has(name)) ? [] : LOCALHOST;
}

/** `hosts` is worked out when first asked for: many large groups cost nothing until then. */
function groupOf(group: DraftGroup, tree: GroupTree, files: VarsSources): Group {
  let hosts: readonly string[] | undefined;
  return {
    name: group.name,
    children: [...group.children.keys()],
    get hosts() {
      hosts ??= tree.hostsOf(group.name);
      return hosts;
    },
    ownHosts: [...group.hosts],
    vars: mergeVariables([
      group.vars,
      ...[...files.inventory, ...files.playbook].map((one) => one.groups.get(group.name)),
    ]),
  };
}
