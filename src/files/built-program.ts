/** Where is another program of this build? Beside the bundle, or in dist/ where this runs from source. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a file of dist/, or of the package as seen from there; undefined where it is not. */
export function builtProgram(name: string): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url));
  return ['.', '..', '../../dist'].map((way) => join(here, way, name)).find((path) => existsSync(path));
}
