/**
 * Answers what the command `inventory` prints: the shapes of `ansible-inventory --graph`, `--list` and `--host`, so that
 * what reads those reads these. Resolves no pattern and evaluates no template.
 */
import { compareText } from '../model/compare.ts';
import { type Group, hostNamed, type Inventory, type Variables } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import { jsonText } from './json.ts';
import { printable } from './printable.ts';

export interface InventoryView {
  /** The group to begin at; `all` where not given. */
  readonly group?: string;
  /** Show only these hosts, and only the groups they are in; every host where not given. */
  readonly hosts?: ReadonlySet<string>;
}

/** A password in an inventory is Ansible's plain text; it has no business on a screen or in a pipeline's log. */
const SECRET_NAME = /^ansible_(?:\w+_)?(?:pass|password|passphrase)$/;
const MASK = '********';
/** Names that Ansible gives a value of its own; ansible-inventory leaves them out (its INTERNAL_VARS, seen in 2.14). */
const INTERNAL = new Set(
  (
    'ansible_diff_mode ansible_config_file ansible_facts ansible_forks ansible_inventory_sources ansible_limit ' +
    'ansible_playbook_python ansible_run_tags ansible_skip_tags ansible_verbosity ansible_version inventory_dir ' +
    'inventory_file inventory_hostname inventory_hostname_short groups group_names omit playbook_dir'
  ).split(' '),
);

/** `@all:` / `  |--@group:` / `  |  |--host`. Empty where there is no such group. */
export function renderGraph(inventory: Inventory, view: InventoryView = {}): string {
  const lines = drawGroup(inventory, view.group ?? 'all', view, []);
  return lines.map((line) => `${line}\n`).join('');
}

function drawGroup(
  inventory: Inventory,
  name: string,
  view: InventoryView,
  above: readonly string[],
): string[] {
  const group = inventory.groups.get(name);
  if (!group || above.includes(name)) return [];
  const path = [...above, name];
  const hosts = name === 'all' ? [] : chosen(group.ownHosts, view);
  return [
    branch(`@${name}:`, above.length),
    ...childrenOf(inventory, group, view).flatMap((child) => drawGroup(inventory, child, view, path)),
    ...hosts.map((host) => branch(host, path.length)),
  ];
}

function branch(text: string, depth: number): string {
  return depth === 0 ? printable(text) : `${'  |'.repeat(depth)}--${printable(text)}`;
}

function childrenOf(inventory: Inventory, group: Group, view: InventoryView): string[] {
  const children = group.name === 'all' ? topGroups(inventory, group) : group.children;
  return children.filter((name) => !view.hosts || hostsBelow(inventory, name, view).length > 0);
}

/** `all` is the parent of every group that has no other; `ungrouped` comes first, as in Ansible. */
function topGroups(inventory: Inventory, all: Group): readonly string[] {
  const others = [...inventory.groups.values()].filter((one) => one.name !== 'all');
  const withParent = new Set(others.flatMap((one) => one.children));
  const orphans = others.map((one) => one.name).filter((name) => !withParent.has(name));
  return [...new Set(['ungrouped', ...all.children, ...orphans])];
}

function hostsBelow(inventory: Inventory, name: string, view: InventoryView): readonly string[] {
  return chosen(inventory.groups.get(name)?.hosts ?? [], view);
}

function chosen(hosts: readonly string[], view: InventoryView): readonly string[] {
  const { hosts: only } = view;
  return only ? hosts.filter((host) => only.has(host)) : hosts;
}

/** `{ _meta: { hostvars }, all: { children }, GROUP: { hosts, children } }`; empty groups and lists are left out. */
export function renderList(inventory: Inventory, view: Pick<InventoryView, 'hosts'> = {}): string {
  const hosts = [...inventory.hosts.values()].filter((host) => !view.hosts || view.hosts.has(host.name));
  const hostvars = hosts
    .map((host) => [host.name, varsDocument(host.vars)] as const)
    .filter(([, document]) => Object.keys(document).length > 0);
  const groups = [...inventory.groups.values()]
    .map((group) => [group.name, groupDocument(inventory, group, view)] as const)
    .filter(([, document]) => Object.keys(document).length > 0);
  return jsonText({ _meta: { hostvars: Object.fromEntries(hostvars) }, ...Object.fromEntries(groups) });
}

function groupDocument(inventory: Inventory, group: Group, view: InventoryView): Record<string, Json> {
  const hosts = group.name === 'all' ? [] : chosen(group.ownHosts, view);
  const children = childrenOf(inventory, group, view);
  return { ...(hosts.length > 0 ? { hosts } : {}), ...(children.length > 0 ? { children } : {}) };
}

/** The variables of one host as one JSON object; undefined where there is no such host. */
export function renderHost(inventory: Inventory, name: string): string | undefined {
  const host = hostNamed(inventory, name);
  return host ? jsonText(varsDocument(host.vars)) : undefined;
}

function varsDocument(vars: Variables): Record<string, Json> {
  const shown = [...vars].filter(([name]) => !INTERNAL.has(name));
  const sorted = shown.sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(
    sorted.map(([name, { value, secret }]) => [name, secret || SECRET_NAME.test(name) ? MASK : value]),
  );
}
