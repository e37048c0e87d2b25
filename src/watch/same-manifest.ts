/** Does a playbook that was edited ask for anything else of a host? Pure. */
import type { Manifest } from '../model/manifest.ts';

/** Where in the files it stands counts for nothing. */
export function isSameManifest(a: Manifest, b: Manifest): boolean {
  return essence(a) === essence(b);
}

function essence(manifest: Manifest): string {
  return JSON.stringify(manifest, (key, value: unknown) => (key === 'where' ? undefined : value));
}
