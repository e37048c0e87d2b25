/**
 * What value does a variable's YAML node hold? Plain data, with Ansible's own tags seen to: `!unsafe` text is kept from
 * the template engine, what is under `!vault` stays sealed until it is used. Reads no files.
 */
import type { Located, Variables } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import { unsafeValue } from '../model/unsafe.ts';
import { isTemplate } from '../template/evaluate.ts';
import { sealedValue } from '../vault/vault.ts';
import type { SourceEntry, SourceMap, SourceNode, SourceScalar } from '../yaml/source.ts';

/** The value of a node. */
export function plainValue(node: SourceNode): Json {
  switch (node.kind) {
    case 'scalar':
      return scalarValue(node);
    case 'list':
      return node.items.map((item) => plainValue(item));
    case 'map':
      return Object.fromEntries(node.entries.map((entry) => [entry.key, plainValue(entry.value)]));
  }
}

/** The entries of a map as variables, each with the place of its key. */
export function variablesOf(map: SourceMap): Variables {
  return new Map(map.entries.map((entry) => [entry.key, locatedValue(entry)]));
}

/** One variable, with the place of its key. */
export function locatedValue({ keyWhere: where, value }: SourceEntry): Located {
  const located = { value: plainValue(value), where };
  return holdsUnread(value) ? { ...located, unread: true } : located;
}

function holdsUnread(node: SourceNode): boolean {
  if (node.kind === 'scalar') return node.unread === true;
  return node.kind === 'list'
    ? node.items.some(holdsUnread)
    : node.entries.some(({ value }) => holdsUnread(value));
}

function scalarValue(node: SourceScalar): Json {
  if (node.tag === '!vault' || node.tag === '!vault-encrypted') {
    return sealedValue(typeof node.value === 'string' ? node.value : node.text);
  }
  if (node.tag === '!unsafe' && typeof node.value === 'string' && isTemplate(node.value)) {
    return unsafeValue(node.value);
  }
  return node.value;
}
