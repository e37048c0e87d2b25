/** Diagnostics as the lines a person would read, so that a table of mistakes stays readable. */
import { matchHosts } from '../../../src/inventory/pattern.ts';
import { hostLookup, playLookup } from '../../../src/inventory/variables.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import type { Json } from '../../../src/model/json.ts';
import { parsePlaybook } from '../../../src/playbook/parse.ts';
import { type Resolved, resolveManifests } from '../../../src/playbook/resolve.ts';
import { Vault } from '../../../src/vault/vault.ts';

/** `line:column severity summary | hint` */
export function lines(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map((one) => {
    const place = one.where ? `${one.where.line}:${one.where.column} ` : '';
    const other = one.related ? ` [${one.related.where.line}:${one.related.where.column}]` : '';
    return `${place}${one.severity} ${one.summary}${other}`;
  });
}

/** Hosts in the given order, each with its variables, all in no group. */
export function inventoryOf(hosts: {
  readonly [host: string]: { readonly [name: string]: Json };
}): Inventory {
  const names = Object.keys(hosts);
  const group = { children: [], hosts: names, ownHosts: names, vars: new Map() };
  return {
    hosts: new Map(
      names.map((name) => {
        const vars = new Map(Object.entries(hosts[name] ?? {}).map(([key, value]) => [key, { value }]));
        return [name, { name, groups: ['ungrouped'], vars }];
      }),
    ),
    groups: new Map([
      ['all', { ...group, name: 'all', children: ['ungrouped'] }],
      ['ungrouped', { ...group, name: 'ungrouped' }],
    ]),
  };
}

/** Parses and resolves; the diagnostics of both. */
export function resolveText(
  text: string,
  hosts: Parameters<typeof inventoryOf>[0] = { hv01: {} },
  limitTo?: ReadonlySet<string>,
  vault: Vault = new Vault(),
): Resolved {
  const inventory = inventoryOf(hosts);
  const parsed = parsePlaybook(text, 'play.yml', vault);
  const resolved = resolveManifests({
    plays: parsed.plays,
    inventory,
    matchHosts: (pattern) => matchHosts(inventory, pattern),
    lookupFor: (host, playVars) => hostLookup({ inventory, host, playVars, vault }),
    playLookupFor: (playVars) => playLookup({ playVars, vault }),
    ...(limitTo ? { limitTo } : {}),
  });
  return { ...resolved, diagnostics: [...parsed.diagnostics, ...resolved.diagnostics] };
}
