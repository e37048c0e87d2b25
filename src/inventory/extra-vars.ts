/** What do the `-e` options say? `k=v` words, JSON or YAML maps and `@files`, later ones winning. Reads those files. */

import { type Diagnostic, Diagnostics, type Position } from '../model/diagnostic.ts';
import type { Located, Variables } from '../model/inventory.ts';
import { quotedWords } from '../model/secret-name.ts';
import type { Vault } from '../vault/vault.ts';
import { parseYaml } from '../yaml/source.ts';
import { parseKeyValues } from './key-value-words.ts';
import { variablesOf } from './plain-value.ts';
import { loadVarsFile } from './vars-files.ts';

/** The name that positions in an `-e` text carry. */
const OPTION = '--extra-vars';

/** The variables of all `-e` together, each with its place. Values of `k=v` are strings; a map keeps its types. Collects every mistake. */
export async function loadExtraVars(
  options: readonly string[],
  vault: Vault,
): Promise<{ vars: Variables; diagnostics: readonly Diagnostic[] }> {
  const diagnostics = new Diagnostics();
  const vars = new Map<string, Located>();
  for (const option of options) {
    const found = await parseOption(option, vault, diagnostics);
    for (const [name, located] of found) vars.set(name, located);
  }
  return { vars, diagnostics: diagnostics.all };
}

async function parseOption(
  option: string,
  vault: Vault,
  diagnostics: Diagnostics,
): Promise<Iterable<readonly [string, Located]>> {
  if (option.startsWith('@')) {
    return loadVarsFile(option.slice(1), vault, diagnostics);
  }
  if (/^[{[]/.test(option)) return parseMap(option, diagnostics);
  if (/^[/.]/.test(option)) {
    diagnostics.error(`-e ${quotedWords(option)} looks like a file`, { hint: `write -e @${option}` });
    return [];
  }
  const { pairs, problems } = parseKeyValues(option);
  for (const problem of problems) {
    diagnostics.error(`in -e ${quotedWords(option)}: ${problem}`, {
      hint: 'write name=value, "{name: value}" or @FILE',
    });
  }
  return pairs.map(({ key, value, at }) => [key, { value, where: placeIn(option, at) }] as const);
}

function parseMap(option: string, diagnostics: Diagnostics): Iterable<readonly [string, Located]> {
  const { root, diagnostics: found } = parseYaml(option, OPTION);
  diagnostics.add(found);
  if (root?.kind === 'map') return variablesOf(root);
  if (root) {
    diagnostics.error(`-e ${quotedWords(option)} is not a map of names and values`, {
      hint: 'write "{name: value}"',
    });
  }
  return [];
}

function placeIn(option: string, offset: number): Position {
  const lines = option.slice(0, offset).split('\n');
  return { file: OPTION, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
