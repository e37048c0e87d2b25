/**
 * Which parser does an inventory source go to? One function, one place to add the next parser. Looks at the name and
 * the text only; parses nothing but YAML, and that once.
 */
import { extname } from 'node:path';
import type { TextFile } from '../files/read-files.ts';
import type { Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import { type ParsedYaml, parseYaml } from '../yaml/source.ts';
import type { Draft } from './draft.ts';
import { parseYamlInventory } from './parse-yaml-inventory.ts';

const YAML_EXTENSIONS = ['.yml', '.yaml', '.json'];

/** Adds one source to the draft, or says why it cannot. `path` is what the user gave. */
export function parseSource(path: string, source: TextFile, draft: Draft, diagnostics: Diagnostics): void {
  const extension = extname(path).toLowerCase();
  const named = YAML_EXTENSIONS.includes(extension);
  const parsed = named || extension === '' ? parseYaml(source.text, path) : undefined;
  if (source.text.startsWith('#!') || (source.executable && !named)) {
    const hint = `save what it gives, "ansible-inventory -i ${path} --list --yaml > hosts.yml", and use that`;
    unsupported(path, 'an executable inventory script is', hint, diagnostics);
  } else if (source.text.startsWith('$ANSIBLE_VAULT')) {
    unsupported(path, 'an inventory encrypted with Ansible Vault is', 'decrypt it first', diagnostics);
  } else if (!parsed || looksLikeIni(source.text, parsed)) {
    const hint = `turn it into YAML: ansible-inventory -i ${path} --list --yaml > hosts.yml`;
    unsupported(path, 'an INI inventory is', hint, diagnostics);
  } else {
    diagnostics.all.push(...parsed.diagnostics);
    if (parsed.root) parseYamlInventory(parsed.root, path, draft, diagnostics);
    else if (parsed.diagnostics.length === 0) {
      const where = { file: path, line: 1, column: 1 };
      diagnostics.warning('the inventory is empty', { hint: 'name hosts below "all:" and "hosts:"', where });
    }
  }
}

/** A directory of sources: not read yet. */
export function directorySource(path: string): Diagnostic {
  return {
    severity: 'error',
    summary: `${path} is a directory, and an inventory of several files in a directory is not supported yet`,
    hint: 'give each file with an -i of its own',
    where: { file: path, line: 1, column: 1 },
  };
}

/** Ansible tries YAML first and then INI on whatever is no map; a file named `.yml` with sections in it too. */
function looksLikeIni(text: string, parsed: ParsedYaml): boolean {
  if (parsed.root?.kind === 'map') return false;
  if (/^\[[\w.-]+(?::\w+)?\][ \t]*(?:[#;].*)?$/m.test(text)) return true;
  return parsed.root?.kind === 'scalar' && /^[^\s:{["'|>]/.test(parsed.root.text);
}

function unsupported(path: string, what: string, hint: string, diagnostics: Diagnostics): void {
  diagnostics.error(`${what} not supported yet`, { hint, where: { file: path, line: 1, column: 1 } });
}
