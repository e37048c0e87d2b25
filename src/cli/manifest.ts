/** The command `manifest`: what each host must have, every play resolved. */
import { load } from '../load/load.ts';
import { type DataFormat, renderManifests } from '../render/manifest-text.ts';
import type { InventoryOptions } from './options.ts';
import { type Output, settle } from './output.ts';
import { selectionOf } from './passwords.ts';

export async function manifest(
  output: Output,
  playbooks: readonly string[],
  options: InventoryOptions & { readonly format: DataFormat },
): Promise<number> {
  const { manifests } = settle(output, await load(playbooks, await selectionOf(output, options)));
  output.data(options.format, (hide) => renderManifests(manifests, options.format, hide));
  return 0;
}
