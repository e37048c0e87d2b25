/** Reads playbook files. The one file of this folder that touches the disk. */
import type { Diagnostic } from '../model/diagnostic.ts';
import { readVaulted } from '../vault/read-vaulted.ts';
import { markSecrets } from '../vault/secret-names.ts';
import type { Vault } from '../vault/vault.ts';
import { type ParsedPlaybook, parsePlaybook } from './parse.ts';
import type { Play } from './play.ts';

/** The plays of all files, in the order given; positions carry each path as given. */
export async function loadPlaybooks(paths: readonly string[], vault: Vault): Promise<ParsedPlaybook> {
  const plays: Play[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    const file = await readVaulted(path, vault);
    if ('problem' in file) {
      diagnostics.push(file.problem);
      continue;
    }
    if (file.misread) {
      diagnostics.push(file.misread);
      continue;
    }
    const parsed = parsePlaybook(file.text, path, vault);
    if (file.vaulted) for (const { vars } of parsed.plays) markSecrets(vars, vault);
    for (const play of parsed.plays) plays.push(play);
    for (const one of parsed.diagnostics) diagnostics.push(one);
  }
  return { plays, diagnostics };
}
