/**
 * What is the value of a variable for one host? Layers inventory, play and command line, adds Ansible's magic
 * variables, and evaluates on first use. Builds nothing that no template asks for.
 */
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { Diagnostic, Position } from '../model/diagnostic.ts';
import type { Host, Inventory, Located, Variables } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import { type Lookup, lazyLookup, TemplateError } from '../template/evaluate.ts';
import { unseal } from '../vault/unseal.ts';
import { Vault } from '../vault/vault.ts';
import { hostvarsOf } from './hostvars.ts';

export interface HostVariables {
  readonly inventory: Inventory;
  readonly host: Host;
  readonly playVars?: Variables;
  /** From `-e`: they win over everything but the magic variables. */
  readonly extraVars?: Variables;
  /** The folder of all playbooks of the run; undefined where they are in several. */
  readonly playbookDir?: string;
  /** Opens values that are encrypted; without it they cannot be used. */
  readonly vault?: Vault;
}

/**
 * Inventory < play < `-e` < magic: `inventory_hostname`, `inventory_hostname_short`, `group_names`, `groups`, `hostvars`,
 * `inventory_file`, `inventory_dir` and `playbook_dir` (absolute). Throws TemplateError where a value's template fails or it stays sealed.
 */
export function hostLookup(variables: HostVariables): Lookup {
  const { inventory, host } = variables;
  const lookup = layeredLookup(variables, host.vars, magicVariables(inventory, host, variables.playbookDir));
  return Object.assign(lookup, { hostvars: hostvarsOf(variables, hostLookup) });
}

/** Play < `-e`: what is known before any host is. */
export function playLookup(variables: Pick<HostVariables, 'playVars' | 'extraVars' | 'vault'>): Lookup {
  return layeredLookup(variables, new Map(), {});
}

function layeredLookup(
  { playVars, extraVars, vault = new Vault() }: Pick<HostVariables, 'playVars' | 'extraVars' | 'vault'>,
  base: Variables,
  magic: { readonly [name: string]: Json },
): Lookup {
  const locate = (name: string): Located | undefined =>
    extraVars?.get(name) ?? playVars?.get(name) ?? base.get(name);
  // Opened last: what was encrypted is a text, and never a template (seen in ansible-core 2.14).
  const finish = (name: string, value: Json) =>
    unseal(value, vault, ({ problem, hint }) => {
      const where = locate(name)?.where;
      const place = where ? ` (${where.file}:${where.line})` : '';
      throw new TemplateError(`the variable "${name}"${place} ${problem}`, hint);
    });
  const read = (name: string): Json | undefined => {
    const located = locate(name);
    if (located?.unread) throw new TemplateError(`the variable "${name}" could not be read`, UNREAD);
    return located?.value;
  };
  return lazyLookup(read, magic, finish);
}

const UNREAD = 'see what is said of the variable itself';

/** Whether all that is wrong is that a variable could not be read, which is told where the variable stands. */
export function isOfUnread({ hint }: Diagnostic): boolean {
  return hint === UNREAD;
}

/** Where the command line or the inventory gives the host this variable; undefined where neither does. */
export function variablePosition(host: Host, name: string, extraVars?: Variables): Position | undefined {
  return (extraVars?.get(name) ?? host.vars.get(name))?.where;
}

/** Getters: a template that names none of these costs nothing, however many hosts there are. */
function magicVariables(
  inventory: Inventory,
  host: Host,
  playbookDir: string | undefined,
): { readonly [name: string]: Json } {
  const magic = {
    ...(playbookDir === undefined ? {} : { playbook_dir: playbookDir }),
    inventory_hostname: host.name,
    get inventory_hostname_short() {
      return isIP(host.name) > 0 ? host.name : host.name.split('.', 1).join('');
    },
    get group_names() {
      return host.groups;
    },
    get groups() {
      return groupsOf(inventory);
    },
  };
  const { source } = host;
  if (source === undefined) return magic;
  const file = resolve(source);
  return Object.defineProperties(magic, {
    inventory_file: { value: file, enumerable: true },
    inventory_dir: { value: dirname(file), enumerable: true },
  });
}

const knownGroups = new WeakMap<Inventory, { readonly [group: string]: Json }>();

/** One object for all hosts of an inventory. */
function groupsOf(inventory: Inventory): { readonly [group: string]: Json } {
  const known = knownGroups.get(inventory);
  if (known) return known;
  const made = Object.fromEntries([...inventory.groups.values()].map((group) => [group.name, group.hosts]));
  knownGroups.set(inventory, made);
  return made;
}
