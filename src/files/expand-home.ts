/** What does a path that begins with `~` mean? Pure; other users' homes are left as written. */
import { join } from 'node:path';

export function expandHome(path: string, home: string): string {
  if (path === '~') return home;
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}
