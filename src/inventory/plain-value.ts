/**
 * What value does a variable's YAML node hold? Plain data, with Ansible's own tags seen to: `!unsafe` text is kept from
 * the template engine, what is under `!vault` stays sealed until it is used. Reads no files.
 */
import type { Diagnostics } from '../model/diagnostic.ts';
import type { Variables } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import { sealedValue } from '../vault/vault.ts';
import type { SourceMap, SourceNode, SourceScalar } from '../yaml/source.ts';

/** The value of a node; what cannot be read is reported and comes back as null. */
export function plainValue(node: SourceNode, diagnostics: Diagnostics): Json {
  switch (node.kind) {
    case 'scalar':
      return scalarValue(node, diagnostics);
    case 'list':
      return node.items.map((item) => plainValue(item, diagnostics));
    case 'map':
      return Object.fromEntries(
        node.entries.map((entry) => [entry.key, plainValue(entry.value, diagnostics)]),
      );
  }
}

/** The entries of a map as variables, each with the place of its key. */
export function variablesOf(map: SourceMap, diagnostics: Diagnostics): Variables {
  return new Map(
    map.entries.map((entry) => [
      entry.key,
      { value: plainValue(entry.value, diagnostics), where: entry.keyWhere },
    ]),
  );
}

function scalarValue(node: SourceScalar, diagnostics: Diagnostics): Json {
  if (node.tag === '!vault' || node.tag === '!vault-encrypted') {
    return sealedValue(typeof node.value === 'string' ? node.value : node.text);
  }
  if (node.tag === '!unsafe' && typeof node.value === 'string') return keepFromTemplates(node, diagnostics);
  return node.value;
}

/** Text that the template engine will give back unchanged. */
function keepFromTemplates(node: SourceScalar, diagnostics: Diagnostics): Json {
  const text = String(node.value);
  if (!/\{[{%#]/.test(text)) return text;
  if (/endraw/.test(text)) {
    diagnostics.error('an !unsafe value may not hold the word "endraw"', {
      hint: 'write the value without it',
      where: node.where,
    });
    return null;
  }
  return `{% raw %}${text}{% endraw %}`;
}
