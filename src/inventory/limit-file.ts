/** Reads what `--limit` names: patterns, and files of patterns (`@failed.txt`), into one list for `limitHosts`. */

import { readTextFile } from '../files/read-files.ts';
import { type Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import { splitPattern } from './split-pattern.ts';

/**
 * Each line of a file is one pattern, taken whole: it is not split at colons or commas again (so in Ansible). A limit
 * that comes out empty is an error: in Ansible it means every host, which nobody who limits a run can want.
 */
export async function loadLimit(
  limit: string | readonly string[],
): Promise<{ patterns: readonly string[]; diagnostics: readonly Diagnostic[] }> {
  const diagnostics = new Diagnostics();
  const patterns: string[] = [];
  const empty: string[] = [];
  for (const part of splitPattern(limit)) {
    if (!part.startsWith('@')) {
      patterns.push(part);
      continue;
    }
    const path = part.slice(1);
    const file = await readTextFile(path);
    if ('problem' in file) {
      diagnostics.all.push(file.problem);
      continue;
    }
    const lines = file.text.split('\n').map((one) => one.trim());
    const found = lines.filter((line) => line !== '');
    if (found.length === 0) empty.push(path);
    for (const line of found) patterns.push(line);
  }
  if (limit.length === 0 || diagnostics.hasErrors) return { patterns, diagnostics: diagnostics.all };
  const [file] = empty;
  // Patterns such as !hv01 alone begin with every host.
  if (file !== undefined && patterns.every((one) => /^[&!]/.test(one))) {
    diagnostics.error(`--limit: the file ${file} names no host`, {
      hint: 'write one host or pattern on each line; without --limit every host is meant',
      where: { file, line: 1, column: 1 },
    });
  } else if (patterns.length === 0) {
    diagnostics.error('--limit is empty', {
      hint: 'name a host or group, or leave --limit out for every host',
    });
  }
  return { patterns, diagnostics: diagnostics.all };
}
