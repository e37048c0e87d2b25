/** The command `inventory`: what the inventory says, in the forms of ansible-inventory. */
import { join } from 'node:path';
import { loadHosts, selectHosts } from '../load/load.ts';
import { renderGraph, renderHost, renderList } from '../render/inventory-text.ts';
import type { InventoryOptions } from './options.ts';
import { type Output, refuse, settle } from './output.ts';
import { selectionOf } from './passwords.ts';

export async function inventory(
  output: Output,
  pattern: string | undefined,
  options: InventoryOptions & {
    readonly list?: boolean;
    readonly graph?: boolean;
    readonly host?: string;
    readonly playbookDir?: string;
  },
): Promise<number> {
  const loaded = settle(
    output,
    await loadHosts(
      await selectionOf(output, options),
      options.playbookDir === undefined ? [] : [join(options.playbookDir, 'playbook.yml')],
    ),
  );
  if (options.host !== undefined) {
    const text = renderHost(loaded.inventory, options.host);
    if (text === undefined) refuse(output, `the inventory has no host ${JSON.stringify(options.host)}`);
    output.result(text);
    return 0;
  }
  const narrowed = pattern !== undefined || loaded.limit.length > 0;
  const view = narrowed
    ? { hosts: new Set(settle(output, selectHosts(loaded, pattern ?? 'all')).hosts) }
    : {};
  output.result(options.list ? renderList(loaded.inventory, view) : renderGraph(loaded.inventory, view));
  return 0;
}
