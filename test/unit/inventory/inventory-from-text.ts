/** Builds an Inventory from YAML text without touching the disk, for tests of what comes after loading. */
import { buildInventory, type VarsSources } from '../../../src/inventory/build-inventory.ts';
import { newDraft } from '../../../src/inventory/draft.ts';
import { arrangeGroups } from '../../../src/inventory/group-tree.ts';
import { parseIniInventory } from '../../../src/inventory/parse-ini-inventory.ts';
import { parseYamlInventory } from '../../../src/inventory/parse-yaml-inventory.ts';
import { type Diagnostic, Diagnostics } from '../../../src/model/diagnostic.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { parseYaml } from '../../../src/yaml/source.ts';

const NO_FILES: VarsSources = { inventory: [], playbook: [] };

/** Each text is one source, in order; the file of the first is `one.yml`, of the second `two.yml`. */
export function read(
  texts: string | readonly string[],
  files: VarsSources = NO_FILES,
): { inventory: Inventory; diagnostics: readonly Diagnostic[] } {
  const diagnostics = new Diagnostics();
  const draft = newDraft();
  for (const [i, text] of (typeof texts === 'string' ? [texts] : texts).entries()) {
    const file = i === 0 ? 'one.yml' : 'two.yml';
    const { root, diagnostics: found } = parseYaml(text, file);
    diagnostics.all.push(...found);
    if (root) parseYamlInventory(root, file, draft, diagnostics);
  }
  return {
    inventory: buildInventory(draft, arrangeGroups(draft, diagnostics), files),
    diagnostics: diagnostics.all,
  };
}

/** The same for one INI text, in the file `hosts`. */
export function readIni(text: string): { inventory: Inventory; diagnostics: readonly Diagnostic[] } {
  const diagnostics = new Diagnostics();
  const draft = newDraft();
  parseIniInventory(text, 'hosts', draft, diagnostics);
  const tree = arrangeGroups(draft, diagnostics);
  return { inventory: buildInventory(draft, tree, NO_FILES), diagnostics: diagnostics.all };
}

/** The inventory of a text that has no mistakes. */
export function inventoryOf(texts: string | readonly string[]): Inventory {
  const { inventory, diagnostics } = read(texts);
  if (diagnostics.length > 0) throw new Error(`unexpected: ${JSON.stringify(diagnostics)}`);
  return inventory;
}

/** `file:line:column severity summary` of each diagnostic, the hint left out. */
export function shown(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(
    ({ where, severity, summary }) => `${where?.file}:${where?.line}:${where?.column} ${severity} ${summary}`,
  );
}
