/** What does a map hold under each key, where keys come twice and `<<` merges other maps into it? As in Ansible. */
import type { Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import { quotedWords } from '../model/secret-name.ts';
import type { SourceEntry, SourceNode, SourceScalar } from './source.ts';

/** An entry as it is written in the map itself. `keyValue`: what the key means; `true` and `on` mean the same. */
export interface OwnEntry extends SourceEntry {
  readonly keyValue: SourceScalar['value'];
}

/**
 * Each key once: at the place in the order where it came first, merged ones before the map's own, with what came last.
 * Own keys that come twice are reported; where that is an error, what they hold is put together, so that all of it is judged.
 */
export function entriesOnce(
  own: readonly OwnEntry[],
  merged: readonly (readonly SourceEntry[])[],
  repeated: 'warning' | 'error',
  found: Diagnostics,
): SourceEntry[] {
  const entries = new Map(merged.flat().map((entry) => [entry.key, entry]));
  const firsts = new Map<string, SourceEntry>();
  const parts = new Map<string, SourceNode[]>();
  for (const entry of own) {
    const same = String(entry.keyValue);
    const first = firsts.get(same) ?? firsts.get(entry.key);
    if (first) found.all.push(repetition(entry, first, repeated));
    else firsts.set(same, entry).set(entry.key, entry);
    const key = first?.key ?? entry.key;
    const before = first && repeated === 'error' ? parts.get(key) : undefined;
    if (before && before[0]?.kind === entry.value.kind) before.push(entry.value);
    else parts.set(key, [entry.value]);
    entries.set(key, { key, keyWhere: entry.keyWhere, value: entry.value });
  }
  return [...entries.values()].map((entry) => {
    const several = parts.get(entry.key) ?? [];
    return several.length > 1 ? { ...entry, value: together(several, entry.value) } : entry;
  });
}

/** What `<<` merges. Undefined where it is no map, nor a list of them; that is then reported. */
export function mergeEntries(value: SourceNode, found: Diagnostics): SourceEntry[] | undefined {
  if (value.kind === 'map') return [...value.entries];
  if (value.kind === 'list') {
    // Of a list the first wins.
    const parts = value.items.toReversed().map((item) => mergeEntries(item, found));
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  }
  if (!value.unread) {
    found.error('<< merges only maps', { hint: 'give it an alias of a map', where: value.where });
  }
  return undefined;
}

/** All of one kind. At once, not one by one: each step would copy what came before. */
function together(parts: readonly SourceNode[], last: SourceNode): SourceNode {
  if (last.kind === 'list') {
    return { ...last, items: parts.flatMap((part) => (part.kind === 'list' ? part.items : [])) };
  }
  if (last.kind !== 'map') return last;
  const entries = parts.flatMap((part) => (part.kind === 'map' ? part.entries : []));
  return { ...last, entries: [...new Map(entries.map((entry) => [entry.key, entry])).values()] };
}

function repetition(
  { key, keyWhere: where }: SourceEntry,
  first: SourceEntry,
  severity: 'warning' | 'error',
): Diagnostic {
  return {
    severity,
    summary: `the key ${/^\w+$/.test(key) ? JSON.stringify(key) : quotedWords(key)} comes twice in one map`,
    hint:
      severity === 'warning'
        ? 'the last value counts, as in Ansible; keep one of them'
        : 'keep one of them, or put what both hold under one',
    where,
    related: { note: 'the first', where: first.keyWhere },
  };
}
