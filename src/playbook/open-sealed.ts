/**
 * What do the `!vault` values of a playbook say? Opens them before the playbook is read, so that they are judged like
 * any literal; as `!unsafe`, so that nothing encrypted is taken for a template. The variables of a play stay sealed:
 * they are opened where they are used.
 */
import type { Diagnostic, Position } from '../model/diagnostic.ts';
import { openHidden } from '../vault/unseal.ts';
import type { Vault } from '../vault/vault.ts';
import type { SourceEntry, SourceNode, SourceScalar } from '../yaml/source.ts';
import { quote } from './quote.ts';

/** Each costs milliseconds by design: many thousands of them would hang the run. */
const MAX_SEALED = 1000;
/** Of the keys of a play: the root is the list of plays. */
const PLAY_DEPTH = 1;

/** The same nodes with everything opened. What stays closed is among `closed` and comes back as null. */
export function openSealed(
  root: SourceNode,
  vault: Vault,
): { readonly root: SourceNode; readonly closed: readonly Diagnostic[] } {
  const closed: Diagnostic[] = [];
  // An anchor's node is one object, however many aliases it has.
  const done = new Map<SourceNode, SourceNode>();
  let sealed = 0;

  function openNode(node: SourceNode, name: string, depth: number): SourceNode {
    const known = done.get(node);
    if (known) return known;
    const result = node.kind === 'scalar' ? openScalar(node, name) : openParts(node, name, depth);
    done.set(node, result);
    return result;
  }

  function openParts(node: Exclude<SourceNode, SourceScalar>, name: string, depth: number): SourceNode {
    if (node.kind === 'list') {
      const items = node.items.map((item) => openNode(item, name, depth + 1));
      return items.every((item, at) => item === node.items[at]) ? node : { ...node, items };
    }
    const entries = node.entries.map((entry) => openEntry(entry, depth));
    return entries.every((entry, at) => entry === node.entries[at]) ? node : { ...node, entries };
  }

  function openEntry(entry: SourceEntry, depth: number): SourceEntry {
    if (depth === PLAY_DEPTH && entry.key === 'vars') return entry;
    const value = openNode(entry.value, entry.key, depth + 1);
    return value === entry.value ? entry : { ...entry, value };
  }

  function openScalar(node: SourceScalar, name: string): SourceScalar {
    if (node.tag !== '!vault' && node.tag !== '!vault-encrypted') return node;
    const { where } = node;
    sealed += 1;
    const opened = sealed > MAX_SEALED ? TOO_MANY : openHidden(node.text, vault);
    if ('text' in opened)
      return { kind: 'scalar', where, value: opened.text, text: opened.text, tag: '!unsafe' };
    const { problem, hint } = opened;
    closed.push({ severity: 'error', summary: `the value of ${quote(name)} ${problem}`, hint, where });
    return { kind: 'scalar', where, value: null, text: '' };
  }

  return { root: openNode(root, 'the playbook', 0), closed };
}

const TOO_MANY = {
  problem: `is encrypted, as are ${MAX_SEALED} values before it; no more are opened`,
  hint: 'encrypt the playbook as a whole, or use one variable in all these places',
};

/** A value that stayed closed or `unread` is not judged again: only what is said of it elsewhere counts. */
export function withoutRepeats(
  diagnostics: readonly Diagnostic[],
  closed: readonly Diagnostic[],
  unread: readonly Position[],
): Diagnostic[] {
  const places = new Set([...unread, ...closed.map(({ where }) => where)].map(placeOf));
  return [...closed, ...diagnostics.filter(({ where }) => !where || !places.has(placeOf(where)))];
}

function placeOf(where: Position | undefined): string {
  return where ? `${where.file}:${where.line}:${where.column}` : '';
}
