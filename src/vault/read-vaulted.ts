/** An author's file that may be encrypted as a whole: its plain text, or what stands in the way. */
import { readTextFile, type TextFile } from '../files/read-files.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { isVaulted, type Vault } from './vault.ts';

/** `vaulted`: the text was encrypted. */
export async function readVaulted(
  path: string,
  vault: Vault,
): Promise<(TextFile & { readonly vaulted: boolean }) | { readonly problem: Diagnostic }> {
  const file = await readTextFile(path);
  if ('problem' in file) return file;
  if (!isVaulted(file.text)) return { ...file, vaulted: false };
  const opened = vault.open(file.text);
  if ('text' in opened) return { ...file, text: opened.text, vaulted: true };
  const { problem, hint, at = { line: 1, column: 1 } } = opened;
  const where = { file: path, ...at };
  return { problem: { severity: 'error', summary: `${path} ${problem}`, hint, where } };
}
