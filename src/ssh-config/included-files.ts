/** Which files does an `Include` mean? As glob(3) with `~`: `*`, `?` and `[…]` in any part of a path, sorted. */
import { join } from 'node:path';
import { expandHome } from '../files/expand-home.ts';
import { kindOf, listFolder } from '../files/read-files.ts';
import { globMatcher } from '../inventory/glob.ts';

/** A file that is not there is no mistake, as in ssh. `base` is where a relative path begins. */
export async function includedFiles(written: string, base: string, home: string): Promise<readonly string[]> {
  const expanded = expandHome(written, home);
  const path = expanded.startsWith('/') ? expanded : join(base, expanded);
  let found = ['/'];
  for (const part of path.split('/').filter(Boolean)) {
    found = (await Promise.all(found.map((folder) => inFolder(folder, part)))).flat();
  }
  const kinds = await Promise.all(found.map(kindOf));
  return found.filter((_, index) => kinds[index]?.isFile());
}

async function inFolder(folder: string, part: string): Promise<string[]> {
  if (!/[*?[]/.test(part)) return [join(folder, part)];
  const listing = await listFolder(folder);
  if (!listing || 'problem' in listing) return [];
  const matches = globMatcher(part);
  return [...listing.keys()]
    .filter((name) => matches(name) && (!name.startsWith('.') || part.startsWith('.')))
    .sort()
    .map((name) => join(folder, name));
}
