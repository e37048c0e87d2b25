/**
 * The passwords of a run's vaults: from files, from programs that print them, from the person at the terminal; in
 * Ansible's order. The one place that reads them.
 */
import { basename } from 'node:path';
import { readTextFile } from '../files/read-files.ts';
import { runProgram } from '../files/run-program.ts';
import { type Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import { Secret } from '../model/secret.ts';
import { Vault, type VaultSecret } from './vault.ts';

export interface VaultSources {
  /** `[label@]source`, where source is `prompt`, a file, or a program that prints the password. */
  readonly ids?: readonly string[];
  readonly passwordFiles?: readonly string[];
  /** Ask for the password of the id `default`. */
  readonly ask?: boolean;
  /** Undefined where nobody can be asked. */
  readonly prompt?: (question: string) => Promise<Secret | undefined>;
}

export async function loadVaultSecrets({
  ids = [],
  passwordFiles = [],
  ask = false,
  prompt = async () => undefined,
}: VaultSources): Promise<{ readonly vault: Vault; readonly diagnostics: readonly Diagnostic[] }> {
  const diagnostics = new Diagnostics();
  const secrets: VaultSecret[] = [];
  const wanted = [
    ...ids,
    ...passwordFiles.map((file) => `default@${file}`),
    ...(ask ? ['default@prompt'] : []),
  ];
  for (const id of wanted) {
    const at = id.indexOf('@');
    const [label, source] = at < 0 ? ['default', id] : [id.slice(0, at) || 'default', id.slice(at + 1)];
    const password =
      source === 'prompt' || source === 'prompt_ask_vault_pass'
        ? await prompt(label === 'default' ? 'Vault password:' : `Vault password (${label}):`)
        : await readSecret(
            source,
            'vault password',
            diagnostics,
            /-client(\.|$)/.test(basename(source)) ? ['--vault-id', label] : [],
          );
    if (password) secrets.push({ label, password });
    else if (source === 'prompt') {
      diagnostics.error('there is no terminal to ask for the vault password on', {
        hint: 'use --vault-password-file FILE',
      });
    }
  }
  return { vault: new Vault(secrets), diagnostics: diagnostics.all };
}

/** A password from a file, or from the program that the file is; line ends at its end are not part of it. */
export async function readSecret(
  path: string,
  what: string,
  diagnostics: Diagnostics,
  args: readonly string[] = [],
): Promise<Secret | undefined> {
  const where = { file: path, line: 1, column: 1 };
  const file = await readTextFile(path);
  if ('problem' in file) {
    diagnostics.all.push(file.problem);
    return undefined;
  }
  let { text } = file;
  if (file.executable) {
    const output = await runProgram(path, args);
    if ('problem' in output) {
      diagnostics.error(`${path}, which is to print the ${what}, ${output.problem}`, {
        hint: 'run it by hand to see; a plain file must not be executable',
        where,
      });
      return undefined;
    }
    text = output.stdout;
  }
  const password = text.trim();
  if (password !== '') return new Secret(password);
  diagnostics.error(`the ${what} in ${path} is empty`, { hint: 'write it on the first line', where });
  return undefined;
}
