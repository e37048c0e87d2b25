/**
 * From `-i` to an Inventory: reads each source and the `group_vars` and `host_vars` beside sources and playbooks, in
 * Ansible's order, and collects every mistake. What the files mean is decided in the files this one calls.
 */
import { dirname, join } from 'node:path';
import { kindOf, listFolder } from '../files/read-files.ts';
import { type Diagnostic, Diagnostics, sortDiagnostics } from '../model/diagnostic.ts';
import type { Inventory, Variables } from '../model/inventory.ts';
import { readVaulted } from '../vault/read-vaulted.ts';
import { markSecrets } from '../vault/secret-names.ts';
import { Vault } from '../vault/vault.ts';
import { buildInventory, implicitNames, type VarsFolders } from './build-inventory.ts';
import { isScript, parseSource } from './choose-parser.ts';
import { type Draft, newDraft } from './draft.ts';
import { arrangeGroups } from './group-tree.ts';
import { parseHostList } from './host-list.ts';
import { runInventoryScript } from './run-script.ts';
import { sourcesIn } from './source-directory.ts';
import { loadVarsFile, mergeVariables, varsEntry, varsInFolder } from './vars-files.ts';

/** Files read at once: enough to hide the disk's latency, far below a process's limit of open files. */
const PARALLEL_READS = 64;
/** Folders in folders below `group_vars/GROUP/`; stops a link that leads back up. */
const MAX_FOLDER_DEPTH = 8;

export interface InventorySources {
  /** What `-i` named, in order: files, or host lists such as `hv01,hv02,`. Relative paths count from the cwd. */
  readonly paths: readonly string[];
  /** The folders that the playbooks are in. */
  readonly playbookDirs: readonly string[];
  /** Whether sources that are programs are run; `refuse` for inventories of strangers. Default `allow`. */
  readonly commands?: InventoryCommands;
  /** Opens encrypted files. Default: without a password. */
  readonly vault?: Vault;
}

export type InventoryCommands = 'allow' | 'refuse';

/** Never throws for what a file holds. With errors among the diagnostics the inventory is only what could be read. */
export async function loadInventory({
  paths,
  playbookDirs,
  commands = 'allow',
  vault = new Vault(),
}: InventorySources): Promise<{ inventory: Inventory; diagnostics: readonly Diagnostic[] }> {
  const diagnostics = new Diagnostics();
  const draft = newDraft();
  const folders: string[] = [];
  for (const path of paths) {
    const folder = await loadNamed(path, { draft, diagnostics, commands, vault });
    if (folder !== undefined) folders.push(folder);
  }
  const tree = arrangeGroups(draft, diagnostics);
  const seen = new Map<string, Promise<VarsFolders>>();
  const varsBeside = (folder: string) => {
    const known = seen.get(folder) ?? loadVarsFolders(folder, { draft, diagnostics, vault });
    seen.set(folder, known);
    return known;
  };
  const inventory = await Promise.all(folders.map(varsBeside));
  const playbook = await Promise.all(playbookDirs.map(varsBeside));
  return {
    inventory: buildInventory(draft, tree, { inventory, playbook }),
    diagnostics: sortDiagnostics(diagnostics.all),
  };
}

interface Loading {
  readonly draft: Draft;
  readonly diagnostics: Diagnostics;
  readonly commands: InventoryCommands;
  readonly vault: Vault;
}

/** One `-i`: gives the folder to look for `group_vars` in, where the source is a file or directory. */
async function loadNamed(path: string, loading: Loading): Promise<string | undefined> {
  const { draft, diagnostics } = loading;
  const found = await kindOf(path);
  if (!found && path.includes(',')) {
    parseHostList(path, draft, diagnostics);
    return undefined;
  }
  if (!found && !/[/.]/.test(path)) {
    const hint = `check the path; for a list of hosts end it with a comma: -i "${path},"`;
    diagnostics.error(`there is no inventory ${JSON.stringify(path)}`, {
      hint,
      where: { file: path, line: 1, column: 1 },
    });
    return undefined;
  }
  if (!found?.isDirectory()) return (await loadFile(path, loading)) ? dirname(path) : undefined;
  await loadDirectory(path, loading, 0);
  return path;
}

/** Every source in it by name, those below it too. Only the folder that `-i` names has `group_vars` looked for. */
async function loadDirectory(path: string, loading: Loading, depth: number): Promise<void> {
  const where = { file: path, line: 1, column: 1 };
  const listing = await listFolder(path);
  if (!listing) return;
  if ('problem' in listing) {
    loading.diagnostics.all.push(listing.problem);
    return;
  }
  if (depth >= MAX_FOLDER_DEPTH) {
    const hint = `at most ${MAX_FOLDER_DEPTH} folders in each other; is it a link that leads back up?`;
    loading.diagnostics.error(`${path} is nested too deep`, { hint, where });
    return;
  }
  const sources = sourcesIn(listing);
  if (sources.length === 0 && depth === 0) {
    const hint =
      'put inventory files in it; names that end in .ini, .cfg, .md, .txt and the like are passed over';
    loading.diagnostics.warning(`the directory ${path} holds no inventory`, { hint, where });
  }
  for (const { name, kind } of sources) {
    if (kind === 'folder') await loadDirectory(join(path, name), loading, depth + 1);
    else await loadFile(join(path, name), loading);
  }
}

/** False where the file could not be read. */
async function loadFile(path: string, { draft, diagnostics, commands, vault }: Loading): Promise<boolean> {
  const source = await readVaulted(path, vault);
  if ('problem' in source) {
    diagnostics.all.push(source.problem);
    return false;
  }
  const where = { file: path, line: 1, column: 1 };
  if (!isScript(path, source)) parseSource(path, source, draft, diagnostics);
  else if (commands === 'refuse') {
    const hint = 'leave out --inventory-commands=refuse, or save what the script prints to a file';
    diagnostics.error(`${path} is an inventory script, and this run may not run any`, { hint, where });
  } else if (!source.executable) {
    const hint = `make it executable: chmod +x ${path}`;
    diagnostics.error(`${path} begins with "#!", but may not be executed`, { hint, where });
  } else await runInventoryScript(path, draft, diagnostics);
  if (source.vaulted) markSourceSecrets(draft, path, vault);
  return true;
}

/** Of a source that was encrypted as a whole, what is named like a secret is not shown. */
function markSourceSecrets(draft: Draft, path: string, vault: Vault): void {
  for (const { vars } of [...draft.groups.values(), ...draft.hosts.values()]) {
    const own = new Map([...vars].filter(([, { where }]) => where?.file === path));
    for (const [name, located] of markSecrets(own, vault)) vars.set(name, located);
  }
}

async function loadVarsFolders(folder: string, loading: Omit<Loading, 'commands'>): Promise<VarsFolders> {
  const { draft } = loading;
  return {
    groups: await loadVarsFolder(join(folder, 'group_vars'), draft.groups.keys(), loading),
    hosts: await loadVarsFolder(
      join(folder, 'host_vars'),
      [...draft.hosts.keys(), ...implicitNames(draft)],
      loading,
    ),
  };
}

/** One listing serves all names: 10,000 hosts cost one look, not 40,000. */
async function loadVarsFolder(
  folder: string,
  names: Iterable<string>,
  loading: Omit<Loading, 'commands'>,
): Promise<ReadonlyMap<string, Variables>> {
  const { diagnostics } = loading;
  const result = new Map<string, Variables>();
  const listing = await listFolder(folder);
  if (!listing) return result;
  if ('problem' in listing) {
    diagnostics.all.push(listing.problem);
    return result;
  }
  const wanted = [...names].flatMap((name) => {
    const entry = varsEntry(listing, name);
    return entry ? [{ name, path: join(folder, entry.name), kind: entry.kind }] : [];
  });
  for (let from = 0; from < wanted.length; from += PARALLEL_READS) {
    const some = wanted.slice(from, from + PARALLEL_READS);
    const loaded = await Promise.all(
      some.map(async ({ name, path, kind }) => [name, await loadVars(path, kind, 0, loading)] as const),
    );
    for (const [name, variables] of loaded) result.set(name, variables);
  }
  return result;
}

async function loadVars(
  path: string,
  kind: 'file' | 'folder',
  depth: number,
  loading: Omit<Loading, 'commands'>,
): Promise<Variables> {
  const { diagnostics, vault } = loading;
  if (kind === 'file') {
    return loadVarsFile(path, vault, diagnostics);
  }
  const listing = await listFolder(path);
  if (!listing) return new Map();
  if ('problem' in listing) {
    diagnostics.all.push(listing.problem);
    return new Map();
  }
  if (depth >= MAX_FOLDER_DEPTH) {
    diagnostics.error(`${path} is nested too deep`, {
      hint: `at most ${MAX_FOLDER_DEPTH} folders in each other; is it a link that leads back up?`,
      where: { file: path, line: 1, column: 1 },
    });
    return new Map();
  }
  const parts: Variables[] = [];
  for (const entry of varsInFolder(listing)) {
    parts.push(await loadVars(join(path, entry.name), entry.kind, depth + 1, loading));
  }
  return mergeVariables(parts);
}
