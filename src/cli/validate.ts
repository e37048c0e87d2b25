/** The command `validate`: reads files, touches no host. */
import { load } from '../load/load.ts';
import { drawMistakesAs } from './formats.ts';
import type { InventoryOptions } from './options.ts';
import { type Output, settle } from './output.ts';
import { selectionOf } from './passwords.ts';

export async function validate(
  output: Output,
  playbooks: readonly string[],
  options: InventoryOptions & { readonly format: 'text' | 'github' },
): Promise<number> {
  await drawMistakesAs(output, 'validate', options.format);
  const { manifests } = settle(output, await load(playbooks, await selectionOf(output, options)));
  const interfaces = manifests.reduce((sum, { present }) => sum + present.length, 0);
  const hosts = `${manifests.length} host${manifests.length === 1 ? '' : 's'}`;
  output.result(`valid: ${interfaces} macvtap${interfaces === 1 ? '' : 's'} on ${hosts}\n`);
  return 0;
}
