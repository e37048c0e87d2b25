/** Which entries of a directory given with `-i` are inventory sources, and in which order? Works on a listing. */
import type { Listing } from '../files/read-files.ts';
import { compareText } from '../model/compare.ts';

/** Ansible's INVENTORY_IGNORE_EXTS and what it never reads (seen in ansible-core 2.14); `.ini` is among them. */
const IGNORED =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry)|~)$/;

/** Sorted by code point, as Python sorts. */
export function sourcesIn(listing: Listing): { readonly name: string; readonly kind: 'file' | 'folder' }[] {
  return [...listing]
    .map(([name, kind]) => ({ name, kind }))
    .filter(({ name }) => !IGNORED.test(name))
    .sort((a, b) => compareText(a.name, b.name));
}
