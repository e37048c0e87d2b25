/**
 * The passwords of a run's vaults: from files, from programs that print them, from the person at the terminal; in
 * Ansible's order. The one place that reads them.
 */
import { basename } from 'node:path';
import { expandHome } from '../files/expand-home.ts';
import { ownHome } from '../files/own-account.ts';
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
    const asked = source === 'prompt';
    const password = asked
      ? await prompt(label === 'default' ? 'Vault password:' : `Vault password (${label}):`)
      : await readSecret(
          source,
          'vault password',
          diagnostics,
          /-client(\.[^.]*)?$/.test(basename(source)) ? ['--vault-id', label] : [],
        );
    if (password?.reveal()) secrets.push({ label, password });
    else if (asked) {
      const why = password
        ? 'the vault password given is empty'
        : 'there is no terminal to ask for the vault password on';
      diagnostics.error(why, { hint: 'use --vault-password-file FILE' });
    }
  }
  const vault = new Vault(secrets);
  for (const { password } of secrets) vault.hide(password.reveal());
  return { vault, diagnostics: diagnostics.all };
}

/**
 * A password from a file, or from the program that the file is. `~/` is the home directory. Line ends around it are no
 * part of it; of a file no white space is: as in Ansible (`strip`, seen in ansible-core 2.14).
 */
export async function readSecret(
  named: string,
  what: string,
  diagnostics: Diagnostics,
  args: readonly string[] = [],
): Promise<Secret | undefined> {
  const path = expandHome(named, ownHome());
  const where = { file: path, line: 1, column: 1 };
  const file = await readTextFile(path);
  if ('problem' in file) {
    diagnostics.all.push(file.problem);
    return undefined;
  }
  let password = strip(file.text, ' \t\n\v\f\r');
  if (file.executable) {
    const output = await runProgram(path, args);
    if ('problem' in output) {
      diagnostics.error(`${path}, which is to print the ${what}, ${output.problem}`, {
        hint: 'run it by hand to see; a plain file must not be executable',
        where,
      });
      return undefined;
    }
    password = strip(output.stdout, '\r\n');
  }
  if (password !== '') return new Secret(password);
  const hint = file.executable
    ? 'it is to print the password to standard output'
    : 'write it on the first line';
  diagnostics.error(`the ${what} in ${path} is empty`, { hint, where });
  return undefined;
}

function strip(text: string, signs: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && signs.includes(text.charAt(from))) from += 1;
  while (to > from && signs.includes(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}
