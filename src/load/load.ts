/**
 * Files → what a run is about: the inventory, each host's manifest, how each host is reached. Collects every mistake of
 * every file and shows none; with an error among them no host may be touched.
 */
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { ownAccount, ownHome } from '../files/own-account.ts';
import type { Target } from '../fleet/target.ts';
import { connectionOf } from '../inventory/connection.ts';
import { loadExtraVars } from '../inventory/extra-vars.ts';
import { loadLimit } from '../inventory/limit-file.ts';
import { type InventoryCommands, loadInventory } from '../inventory/load.ts';
import { limitHosts, matchHosts, type PatternMatch } from '../inventory/pattern.ts';
import { hostLookup, isOfUnread, playLookup } from '../inventory/variables.ts';
import type { ConnectionSettings, HostKeyChecking } from '../model/connection.ts';
import { type Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import { hostNamed, type Inventory, type Variables } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Rollout } from '../model/rollout.ts';
import type { Secret } from '../model/secret.ts';
import { limitFileHint } from '../playbook/limit-file-hint.ts';
import { loadPlaybooks } from '../playbook/load.ts';
import { resolveManifests } from '../playbook/resolve.ts';
import { readSshConfig, type SshConfig } from '../ssh-config/read-config.ts';
import { hideAllSealed } from '../vault/unseal.ts';
import { Vault } from '../vault/vault.ts';

export interface InventorySelection {
  /** What `-i` names: files, or host lists such as `hv01,hv02,`. */
  readonly inventory: readonly string[];
  /** Host patterns, or `@file`. */
  readonly limit?: readonly string[];
  /** Whether inventory scripts are run. Default `allow`. */
  readonly inventoryCommands?: InventoryCommands;
  /** `k=v`, JSON, YAML or `@file`. */
  readonly extraVars?: readonly string[];
  /** Opens what is encrypted with Ansible Vault. Default: without a password. */
  readonly vault?: Vault;
}

/** What the command line says of connections. As in Ansible a host's own variables win, but over `hostKeyChecking`. */
export interface ConnectionDefaults {
  /** `ssh` or `local`. */
  readonly connection?: string;
  readonly user?: string;
  readonly privateKey?: string;
  /** For logins where no variable gives one. */
  readonly password?: Secret;
  readonly become?: boolean;
  /** For `sudo` where no variable gives one. */
  readonly becomePassword?: Secret;
  /** OpenSSH's client configuration in place of `~/.ssh/config` and `/etc/ssh/ssh_config`; `none` for neither. */
  readonly sshConfig?: string;
  /** As `ansible_ssh_common_args` and `ansible_ssh_extra_args`. */
  readonly sshCommonArgs?: string;
  readonly sshExtraArgs?: string;
  readonly hostKeyChecking?: HostKeyChecking;
  /** Default 10,000. */
  readonly connectTimeoutMs?: number;
}

export interface LoadedInventory {
  readonly inventory: Inventory;
  /** Of `-e`. */
  readonly extraVars: Variables;
  readonly vault: Vault;
  /** The folder of all playbooks, where it is one. */
  readonly playbookDir?: string;
  /** The patterns of the limit, files read. */
  readonly limit: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface Loaded extends LoadedInventory {
  /** One for each host that a play matches inside the limit, in inventory order. */
  readonly manifests: readonly Manifest[];
  /** One for each play: how an apply goes through its hosts. */
  readonly rollouts: readonly Rollout[];
}

/** The inventory alone. `playbooks`: variables beside them count too. */
export async function loadHosts(
  {
    inventory: paths,
    limit = [],
    extraVars = [],
    inventoryCommands = 'allow',
    vault = new Vault(),
  }: InventorySelection,
  playbooks: readonly string[] = [],
): Promise<LoadedInventory> {
  const missing: Diagnostic[] =
    paths.length > 0
      ? []
      : [
          {
            severity: 'error',
            summary: 'no inventory was given',
            hint: 'name one with -i: a file, or a list such as -i "hv01,hv02,"; ansible.cfg is not read',
          },
        ];
  const playbookDirs = [...new Set(playbooks.map((path) => dirname(path)))];
  const [playbookDir, ...others] = new Set(playbookDirs.map((path) => resolve(path)));
  const [loaded, extra, patterns] = await Promise.all([
    loadInventory({
      paths,
      playbookDirs,
      commands: inventoryCommands,
      vault,
    }),
    loadExtraVars(extraVars, vault),
    loadLimit(limit),
  ]);
  return {
    inventory: loaded.inventory,
    ...(playbookDir === undefined || others.length > 0 ? {} : { playbookDir }),
    extraVars: extra.vars,
    vault,
    limit: patterns.patterns,
    diagnostics: [...missing, ...loaded.diagnostics, ...extra.diagnostics, ...patterns.diagnostics],
  };
}

/** What is sealed in the variables of these hosts is from now on masked, for they may show it. */
export function hideSecretsOf({ inventory, vault }: LoadedInventory, hosts: Iterable<string>): void {
  const values = new Set<Json>();
  for (const host of hosts) {
    for (const { value } of hostNamed(inventory, host)?.vars.values() ?? []) values.add(value);
  }
  hideAllSealed(values, vault);
}

/** Inventory and playbooks, resolved to one manifest a host. */
export async function load(playbooks: readonly string[], selection: InventorySelection): Promise<Loaded> {
  const vault = selection.vault ?? new Vault();
  const [base, playbook] = await Promise.all([
    loadHosts({ ...selection, vault }, playbooks),
    loadPlaybooks(playbooks, vault),
  ]);
  const { inventory, extraVars, limit } = base;
  const shared = lookupParts(base);
  const limited = new Diagnostics();
  const inside = limit.length > 0 ? limitHosts(inventory, everyName(inventory), limit) : undefined;
  for (const text of inside?.warnings ?? []) limited.warning(text);
  for (const text of inside?.errors ?? []) limited.error(text);
  const resolved = resolveManifests({
    plays: playbook.plays,
    inventory,
    matchHosts: (pattern) => matchHosts(inventory, pattern),
    lookupFor: (host, playVars) => hostLookup({ ...shared, host, playVars }),
    playLookupFor: (playVars) => playLookup({ playVars, extraVars, vault }),
    ...(inside ? { limitTo: new Set(inside.hosts) } : {}),
  });
  if (inside && inside.hosts.length > 0 && playbook.plays.length > 0 && resolved.manifests.length === 0) {
    limited.error(`--limit ${JSON.stringify(limit.join(','))} leaves none of the hosts that the plays name`, {
      hint: 'give it a host or group that a play names',
    });
  }
  const judged = resolved.diagnostics.filter((one) => !isOfUnread(one));
  return {
    ...base,
    manifests: resolved.manifests,
    rollouts: resolved.runs,
    diagnostics: [...base.diagnostics, ...playbook.diagnostics, ...limited.all, ...judged],
  };
}

/** The hosts of a pattern inside the limit, in inventory order. */
export function selectHosts(
  { inventory, limit }: LoadedInventory,
  pattern: string,
): { readonly hosts: readonly string[]; readonly diagnostics: readonly Diagnostic[] } {
  const matched = matchHosts(inventory, pattern);
  const inside = limit.length > 0 ? limitHosts(inventory, matched.hosts, limit) : matched;
  const diagnostics = new Diagnostics();
  for (const text of matched.warnings) diagnostics.warning(text, limitFileHint(pattern));
  if (inside !== matched) for (const text of inside.warnings) diagnostics.warning(text);
  for (const part of new Set<PatternMatch>([matched, inside])) {
    for (const text of part.errors) diagnostics.error(text);
  }
  const chosen = new Set(inside.hosts);
  return {
    hosts: everyName(inventory).filter((host) => chosen.has(host)),
    diagnostics: diagnostics.all,
  };
}

/** In the order of reports: the inventory's, then this machine where it is only implied. */
function everyName({ hosts, implicit }: Inventory): string[] {
  return [...hosts.keys(), ...(implicit?.keys() ?? [])];
}

function lookupParts({ inventory, extraVars, vault, playbookDir }: LoadedInventory) {
  return { inventory, extraVars, vault, ...(playbookDir === undefined ? {} : { playbookDir }) };
}

/** How each host is reached: its variables over the defaults. `become` says what a host's plays ask for. */
export async function connectionsOf(
  loaded: LoadedInventory,
  hosts: readonly { readonly host: string; readonly become: boolean }[],
  { sshConfig: file, ...defaults }: ConnectionDefaults,
): Promise<{
  readonly settings: ReadonlyMap<string, ConnectionSettings>;
  readonly diagnostics: readonly Diagnostic[];
}> {
  const { inventory } = loaded;
  const shared = lookupParts(loaded);
  const settings = new Map<string, ConnectionSettings>();
  const collected = new Diagnostics();
  const home = ownHome();
  const agent = process.env.SSH_AUTH_SOCK;
  const { name: envUser, uid: localUserId } = ownAccount();
  const configs = new Map<string, Promise<SshConfig>>();
  const sshConfig = (named?: { readonly file: string; readonly trusted: boolean }) => {
    const source = { home, trusted: true, ...(file === undefined ? {} : { file }), ...named };
    const key = JSON.stringify(source);
    const known = configs.get(key) ?? readSshConfig(source, collected);
    configs.set(key, known);
    return known;
  };
  const own = { home, envUser, sshConfig, localHost: hostname(), localUserId, environment: process.env };
  for (const { host: name, become } of hosts) {
    const host = hostNamed(inventory, name);
    if (!host) throw new Error(`host ${name} is not in the inventory`);
    const options = {
      ...defaults,
      ...own,
      extraVars: loaded.extraVars,
      ...(agent ? { agent } : {}),
      become: become || defaults.become === true,
    };
    const result = await connectionOf(host, hostLookup({ ...shared, host }), options);
    if ('settings' in result) settings.set(name, result.settings);
    else collected.add(result.diagnostics);
  }
  return { settings, diagnostics: collected.all };
}

/** The targets of a run over these manifests, in their order. */
export async function targetsOf(
  loaded: Loaded,
  defaults: ConnectionDefaults,
): Promise<{ readonly targets: readonly Target[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { settings, diagnostics } = await connectionsOf(loaded, loaded.manifests, defaults);
  const targets = loaded.manifests.flatMap((manifest) => {
    const connection = settings.get(manifest.host);
    return connection ? [{ host: manifest.host, settings: connection, manifest }] : [];
  });
  return { targets, diagnostics };
}
