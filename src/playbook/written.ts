/** From YAML nodes to values that keep their place; keys that are templates are refused here. Judges no field. */
import { CONNECTION_VARIABLES } from '../inventory/connection-variables.ts';
import { locatedValue, plainValue } from '../inventory/plain-value.ts';
import type { Diagnostics } from '../model/diagnostic.ts';
import type { Variables } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import { isTemplate } from '../template/evaluate.ts';
import type { SourceNode } from '../yaml/source.ts';
import type { Written } from './play.ts';
import { quote } from './quote.ts';

export function writtenValue(node: SourceNode, diagnostics: Diagnostics): Written {
  const value = plainValue(node);
  refuseTemplateKeys(node, diagnostics);
  return {
    value,
    where: node.where,
    template: holdsTemplate(value),
    ...(node.kind === 'list' ? { items: node.items.map((item) => item.where) } : {}),
  };
}

/** The variables of a map node, each with the place of its key. */
export function writtenVariables(node: SourceNode, diagnostics: Diagnostics): Variables {
  if (node.kind === 'scalar' && node.value === null) return new Map();
  if (node.kind !== 'map') {
    diagnostics.error(`vars is ${quote(plainValue(node))}, not a map`, {
      hint: 'write each variable as a key with its value, such as uplink: eno1',
      where: node.where,
    });
    return new Map();
  }
  refuseTemplateKeys(node, diagnostics);
  return new Map(
    node.entries.map((entry) => {
      if (!/^[A-Za-z_]\w*$/.test(entry.key) && !isTemplate(entry.key)) {
        diagnostics.error(`${quote(entry.key)} cannot be the name of a variable`, {
          hint: 'use letters, digits and underscores, the first no digit',
          where: entry.keyWhere,
        });
      }
      if (CONNECTION_VARIABLES.has(entry.key)) {
        diagnostics.error(
          `${entry.key} among the vars of a play: a host is reached in one way, whichever plays name it`,
          {
            hint: 'set it in the inventory, in group_vars or host_vars (beside the playbook too), or with -e',
            where: entry.keyWhere,
          },
        );
      }
      return [entry.key, locatedValue(entry)];
    }),
  );
}

/** Whether any string inside is for the template engine. */
export function holdsTemplate(value: Json): boolean {
  if (typeof value === 'string') return isTemplate(value);
  if (Array.isArray(value)) return value.some(holdsTemplate);
  return value !== null && typeof value === 'object' && Object.values(value).some(holdsTemplate);
}

/** Reports every key under a node that is a template: keys are names, known before anything is computed. */
export function refuseTemplateKeys(node: SourceNode, diagnostics: Diagnostics): void {
  if (node.kind === 'list') for (const item of node.items) refuseTemplateKeys(item, diagnostics);
  if (node.kind !== 'map') return;
  for (const entry of node.entries) {
    if (isTemplate(entry.key)) refuseTemplateKey(entry, diagnostics);
    refuseTemplateKeys(entry.value, diagnostics);
  }
}

/** The one message for a key such as `"{{ name }}":`. */
export function refuseTemplateKey(
  entry: { readonly key: string; readonly keyWhere: Written['where'] },
  diagnostics: Diagnostics,
): void {
  diagnostics.error(`the key ${quote(entry.key)} is a template; only values are evaluated`, {
    hint: 'write the key out',
    where: entry.keyWhere,
  });
}
