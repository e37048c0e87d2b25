/** The command `inventory`: what the inventory says, in the forms of ansible-inventory. */
import { join } from 'node:path';
import { type LoadedInventory, loadHosts, selectHosts } from '../load/load.ts';
import { hostNamed } from '../model/inventory.ts';
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
    output.result(renderHost(loaded.inventory, oneHost(output, loaded, options.host)) ?? '');
    return 0;
  }
  const narrowed = pattern !== undefined || loaded.limit.length > 0;
  const view = narrowed
    ? { hosts: new Set(settle(output, selectHosts(loaded, pattern ?? 'all')).hosts) }
    : {};
  output.result(options.list ? renderList(loaded.inventory, view) : renderGraph(loaded.inventory, view));
  return 0;
}

/** The host that `--host` means: a name, or any pattern of one host, as in Ansible (`localhost` means 127.0.0.1 where that is listed). */
function oneHost(output: Output, loaded: LoadedInventory, pattern: string): string {
  if (loaded.limit.length === 0 && hostNamed(loaded.inventory, pattern)) return pattern;
  const { hosts, diagnostics } = selectHosts(loaded, pattern);
  const [host] = hosts;
  if (host !== undefined && hosts.length === 1) return host;
  if (hosts.length > 1) {
    const what = `--host ${JSON.stringify(pattern)} means ${hosts.length} hosts`;
    refuse(output, what, `name one of them: ${hosts.slice(0, 3).join(', ')}${hosts.length > 3 ? ', …' : ''}`);
  }
  settle(output, { diagnostics: diagnostics.filter(({ severity }) => severity === 'error') });
  refuse(output, `the inventory has no host ${JSON.stringify(pattern)}`);
}
