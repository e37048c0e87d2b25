/** What does a map hold under each key, where keys come twice and `<<` merges other maps into it? As in Ansible. */
import type { Diagnostic } from '../model/diagnostic.ts';
import { quotedWords } from '../model/secret-name.ts';
import type { SourceEntry, SourceScalar } from './source.ts';

/** An entry as it is written in the map itself. `keyValue`: what the key means; `true` and `on` mean the same. */
export interface OwnEntry extends SourceEntry {
  readonly keyValue: SourceScalar['value'];
}

/**
 * Each key once: at the place in the order where it came first, merged ones before the map's own, with what came last.
 * Own keys that come twice are reported.
 */
export function entriesOnce(
  own: readonly OwnEntry[],
  merged: readonly (readonly SourceEntry[])[],
  repeated: 'warning' | 'error',
  report: (diagnostic: Diagnostic) => void,
): SourceEntry[] {
  const entries = new Map(merged.flat().map((entry) => [entry.key, entry]));
  const firsts = new Map<string, SourceEntry>();
  for (const { keyValue, ...entry } of own) {
    const same = String(keyValue);
    const first = firsts.get(same) ?? firsts.get(entry.key);
    if (first) report(repetition(entry, first, repeated));
    else firsts.set(same, entry).set(entry.key, entry);
    const key = first?.key ?? entry.key;
    entries.set(key, { ...entry, key });
  }
  return [...entries.values()];
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
