/**
 * Which parser does an inventory source go to? One function, one place to add the next parser. Looks at the name and
 * the text only; parses nothing but YAML, and that once.
 */
import { extname } from 'node:path';
import type { TextFile } from '../files/read-files.ts';
import type { Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import { type ParsedYaml, parseYaml } from '../yaml/source.ts';
import type { Draft } from './draft.ts';
import { parseIniInventory } from './parse-ini-inventory.ts';
import { parseYamlInventory } from './parse-yaml-inventory.ts';

const YAML_EXTENSIONS = ['.yml', '.yaml', '.json'];

/** Whether Ansible would run this source rather than read it. A data file that is executable by mistake is read. */
export function isScript(path: string, { text, executable }: TextFile): boolean {
  return text.startsWith('#!') || (executable && !YAML_EXTENSIONS.includes(extname(path).toLowerCase()));
}

/** Adds one source that is no script to the draft, or says why it cannot. `path` is what the user gave. */
export function parseSource(
  path: string,
  { text, misread }: Pick<TextFile, 'text' | 'misread'>,
  draft: Draft,
  diagnostics: Diagnostics,
): void {
  const extension = extname(path).toLowerCase();
  const named = YAML_EXTENSIONS.includes(extension);
  const parsed = named || extension === '' ? parseYaml(text, path) : undefined;
  if (extension === '.toml') {
    const hint = `turn it into YAML: ansible-inventory -i ${path} --list --yaml > hosts.yml`;
    diagnostics.error('a TOML inventory is not supported', {
      hint,
      where: { file: path, line: 1, column: 1 },
    });
  } else if (!parsed || looksLikeIni(text, parsed)) {
    if (misread && isMisreadAsIni(text)) diagnostics.all.push(misread);
    else parseIniInventory(text, path, draft, diagnostics);
  } else if (misread) diagnostics.all.push(misread);
  else {
    diagnostics.add(parsed.diagnostics);
    if (parsed.root) parseYamlInventory(parsed.root, path, draft, diagnostics);
    else if (parsed.diagnostics.length === 0) {
      const where = { file: path, line: 1, column: 1 };
      diagnostics.warning('the inventory is empty', { hint: 'name hosts below "all:" and "hosts:"', where });
    }
  }
}

/** Ansible tries YAML first and then INI on whatever is no map; a file named `.yml` with sections in it too. */
function looksLikeIni(text: string, parsed: ParsedYaml): boolean {
  if (parsed.root?.kind === 'map' && parsed.diagnostics.every(isWarning)) return false;
  if (/^\[[\w.-]+(?::\w+)?\][ \t]*(?:[#;].*)?$/m.test(text)) return true;
  return parsed.root?.kind === 'scalar' && /^[^\s:{["'|>]/.test(parsed.root.text);
}

/** As in Ansible, comments of an INI file may be in any encoding. */
function isMisreadAsIni(text: string): boolean {
  return text.split('\n').some((line) => line.includes('\uFFFD') && !/^[#;]/.test(line));
}

function isWarning({ severity }: Diagnostic): boolean {
  return severity === 'warning';
}
