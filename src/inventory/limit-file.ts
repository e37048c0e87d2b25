/** Reads what `--limit` names: patterns, and files of patterns (`@failed.txt`), into one list for `limitHosts`. */

import { readTextFile } from '../files/read-files.ts';
import { type Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import { splitPattern } from './split-pattern.ts';

/** Each line of a file is one pattern, taken whole: it is not split at colons or commas again (so in Ansible). */
export async function loadLimit(
  limit: string | readonly string[],
): Promise<{ patterns: readonly string[]; diagnostics: readonly Diagnostic[] }> {
  const diagnostics = new Diagnostics();
  const patterns: string[] = [];
  for (const part of splitPattern(limit)) {
    if (!part.startsWith('@')) {
      patterns.push(part);
      continue;
    }
    const file = await readTextFile(part.slice(1));
    if ('problem' in file) diagnostics.all.push(file.problem);
    else {
      for (const line of file.text.split('\n').map((one) => one.trim())) if (line !== '') patterns.push(line);
    }
  }
  return { patterns, diagnostics: diagnostics.all };
}
