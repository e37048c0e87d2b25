/**
 * Which files of a `group_vars` or `host_vars` folder belong to a group or host, and what do they say?
 */
import type { Listing } from '../files/read-files.ts';
import type { Diagnostics } from '../model/diagnostic.ts';
import type { Located, Variables } from '../model/inventory.ts';
import { readVaulted } from '../vault/read-vaulted.ts';
import { markSecrets } from '../vault/secret-names.ts';
import type { Vault } from '../vault/vault.ts';
import { parseYaml } from '../yaml/source.ts';
import { variablesOf } from './plain-value.ts';

/** The first of these that exists is the only one read, so a folder `web/` hides `web.yml`: so in Ansible. */
const EXTENSIONS = ['', '.yml', '.yaml', '.json'];

/** The entry of a listing that holds the variables of `name`, if there is one. */
export function varsEntry(
  listing: Listing,
  name: string,
): { name: string; kind: 'file' | 'folder' } | undefined {
  for (const extension of EXTENSIONS) {
    const kind = listing.get(name + extension);
    if (kind) return { name: name + extension, kind };
  }
  return undefined;
}

/** What to read inside a folder of one group or host, in order: sorted, without hidden files and backups. */
export function varsInFolder(listing: Listing): { name: string; kind: 'file' | 'folder' }[] {
  return [...listing]
    .map(([name, kind]) => ({ name, kind }))
    .filter(({ name }) => !name.startsWith('.') && !name.endsWith('~'))
    .filter(({ name, kind }) =>
      kind === 'folder' ? !/.\./.test(name) : EXTENSIONS.includes(extensionOf(name)),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The variables of one file's text; nothing, with a diagnostic, where it is not a map. */
export function parseVarsFile(text: string, file: string, diagnostics: Diagnostics): Variables {
  const parsed = parseYaml(text, file);
  diagnostics.add(parsed.diagnostics);
  const { root } = parsed;
  if (!root || (root.kind === 'scalar' && root.value === null)) return new Map();
  if (root.kind === 'map') return variablesOf(root);
  diagnostics.error(
    `a file of variables is a map of names and values, not a ${root.kind === 'list' ? 'list' : 'single value'}`,
    {
      hint: 'write "name: value" lines',
      where: root.where,
    },
  );
  return new Map();
}

/** The variables of a file that may be encrypted; what is secret in it is kept off every screen. */
export async function loadVarsFile(path: string, vault: Vault, diagnostics: Diagnostics): Promise<Variables> {
  const source = await readVaulted(path, vault);
  if ('problem' in source) {
    diagnostics.all.push(source.problem);
    return new Map();
  }
  if (source.misread) {
    diagnostics.all.push(source.misread);
    return new Map();
  }
  const variables = parseVarsFile(source.text, path, diagnostics);
  return source.vaulted ? markSecrets(variables, vault) : variables;
}

/** Later maps win, name by name: a value is replaced whole, never merged into (`hash_behaviour=replace`). */
export function mergeVariables(layers: Iterable<Variables | undefined>): Variables {
  const filled = [...layers].filter((layer) => layer !== undefined && layer.size > 0) as Variables[];
  if (filled.length <= 1) return filled[0] ?? new Map();
  const merged = new Map<string, Located>();
  for (const layer of filled) for (const [name, located] of layer) merged.set(name, located);
  return merged;
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot) : '';
}
