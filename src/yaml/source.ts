/**
 * Turns YAML into nodes that remember where they stand: the door to this folder. Refuses what a hostile
 * pull request could send (a huge file, an alias bomb, deep nesting). Knows nothing of inventories or playbooks.
 */
import { isAlias, isMap, isNode, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { type Diagnostic, Diagnostics, type Position, sortDiagnostics } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import { readDocument } from './document.ts';
import { entriesOnce, mergeEntries, type OwnEntry } from './map-entries.ts';
import { brokenYaml, isUnknownTag, KNOWN_TAG, UNKNOWN_TAG } from './syntax.ts';
import { MAX_DEPTH, TOO_DEEP, tooMuch } from './too-much.ts';

/** A file larger than this is refused unread: a playbook of 10,000 interfaces is about 1 MB. */
export const MAX_YAML_BYTES = 8 * 1024 * 1024;
/** Nodes a document may expand to, aliases included. An alias bomb passes any sane number at once. */
const MAX_NODES = 2_000_000;

export type SourceNode = SourceMap | SourceList | SourceScalar;

export interface SourceMap {
  readonly kind: 'map';
  readonly where: Position;
  readonly entries: readonly SourceEntry[];
}

export interface SourceEntry {
  readonly key: string;
  readonly keyWhere: Position;
  readonly value: SourceNode;
}

export interface SourceList {
  readonly kind: 'list';
  readonly where: Position;
  readonly items: readonly SourceNode[];
}

export interface SourceScalar {
  readonly kind: 'scalar';
  readonly where: Position;
  readonly value: null | boolean | number | string;
  /** The text as written, where it differs from `value` (a MAC that YAML could take for a number, say). */
  readonly text: string;
  /** The YAML tag where one was written, such as `!vault` or `!unsafe`. */
  readonly tag?: string;
  /** Null stands for what could not be read, which was reported: it is not to be judged. */
  readonly unread?: true;
}

export interface ParsedYaml {
  /** Undefined where the file is empty or could not be parsed. */
  readonly root: SourceNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The places of what is `unread`. */
  readonly unread: readonly Position[];
}

export interface ReadingOptions {
  /** A key that comes twice in a map: a warning, and the last value counts, as in Ansible; or an error. Default `warning`. */
  readonly repeatedKeys?: 'warning' | 'error';
}

const NOTHING: ParsedYaml = { root: undefined, diagnostics: [], unread: [] };

class Refused extends Error {
  constructor(
    readonly summary: string,
    readonly hint: string,
    readonly where: Position,
  ) {
    super(summary);
  }
}

/**
 * Parses one YAML document. YAML 1.2 with the words of Ansible's 1.1 (PyYAML): `yes/no/on/off` are booleans, `0644` is
 * octal, `1e3` a text, `<<` merges. Base-60 numbers are not read: `52:54:00:10:00:01` is a MAC, never an integer. What is
 * JSON has JSON's words, as Ansible tries that first.
 */
export function parseYaml(
  text: string,
  file: string,
  { repeatedKeys = 'warning' }: ReadingOptions = {},
): ParsedYaml {
  const at = (line: number, column: number): Position => ({ file, line, column });
  if (Buffer.byteLength(text) > MAX_YAML_BYTES) {
    return refuse(
      `the file is larger than ${MAX_YAML_BYTES / 1024 / 1024} MiB`,
      'split it, or use a loop over a variable',
      at(1, 1),
    );
  }
  const excess = tooMuch(text);
  if (excess) return refuse(excess.summary, excess.hint, at(excess.line, 1));
  const { document, another, errors, placeOf, targetOf } = readDocument(text);
  const position = (offset: number): Position => ({ file, ...placeOf(offset) });
  if (errors[0]) {
    const { summary, hint } = isUnknownTag(errors[0]) ? UNKNOWN_TAG : brokenYaml(errors[0], text);
    return refuse(summary, hint, position(errors[0].pos[0]));
  }
  if (another) {
    return refuse(
      'the file holds more than one YAML document',
      'put each document in a file of its own',
      at(1, 1),
    );
  }
  if (!document?.contents) return NOTHING;
  let budget = MAX_NODES;
  const anchors = new Map<Node, { node: SourceNode; size: number }>();
  const found = new Diagnostics();
  const unread: Position[] = [];
  const tags = document.warnings.filter(isUnknownTag).map(({ pos }) => pos[0]);
  tags.sort((a, b) => a - b);
  for (const tag of tags) found.error(UNKNOWN_TAG.summary, { hint: UNKNOWN_TAG.hint, where: position(tag) });

  /** In place of what was reported. */
  function unreadAt(where: Position): SourceScalar {
    unread.push(where);
    return { kind: 'scalar', where, value: null, text: '', unread: true };
  }

  function convert(node: unknown, depth: number, fallback: Position): SourceNode {
    const where = isNode(node) && node.range ? position(node.range[0]) : fallback;
    budget -= 1;
    if (budget < 0) {
      throw new Refused(
        'the aliases of this file expand to too much data',
        'write the values out, or use a loop',
        where,
      );
    }
    if (depth > MAX_DEPTH) {
      throw new Refused(TOO_DEEP.summary, TOO_DEEP.hint, where);
    }
    if (isAlias(node)) {
      const target = targetOf(node);
      if (!target) {
        const hint = 'define the anchor first; a text that begins with * needs quotes';
        found.error('an alias names no anchor before it', { hint, where });
        return unreadAt(where);
      }
      return expand(target, depth, where);
    }
    if (hasUnknownTag(node)) {
      return unreadAt(position(lastUpTo(node.range?.[0] ?? 0, tags) ?? 0));
    }
    if (isMap(node)) {
      if (isBareTemplate(node)) {
        const hint = 'put quotes round all of it: "{{ … }}"';
        found.error('a value begins with {{ and has no quotes: to YAML that is a map', { hint, where });
        return unreadAt(where);
      }
      const entries = convertEntries(node.items, depth, where);
      return entries ? { kind: 'map', where, entries } : unreadAt(where);
    }
    if (isSeq(node))
      return { kind: 'list', where, items: node.items.map((item) => convert(item, depth + 1, where)) };
    if (isScalar(node)) {
      const { value } = node;
      const text = node.source ?? String(value);
      const plain =
        value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string'
          ? value
          : text;
      return {
        kind: 'scalar',
        where,
        value: isExact(plain, text) ? plain : text,
        text,
        ...(node.tag?.startsWith('!') ? { tag: node.tag } : {}),
      };
    }
    return { kind: 'scalar', where, value: null, text: '' };
  }

  /** An anchor is converted once; each alias of it still pays for its whole size. */
  function expand(target: Node, depth: number, where: Position): SourceNode {
    const known = anchors.get(target);
    if (known) {
      budget -= known.size;
      return known.node;
    }
    const before = budget;
    const node = convert(target, depth + 1, where);
    anchors.set(target, { node, size: before - budget });
    return node;
  }

  function convertEntries(
    pairs: readonly { key: unknown; value: unknown }[],
    depth: number,
    where: Position,
  ): SourceEntry[] | undefined {
    const own: OwnEntry[] = [];
    const merged: SourceEntry[][] = [];
    for (const pair of pairs) {
      const keyNode = convert(pair.key, depth + 1, where);
      const value = convert(pair.value, depth + 1, keyNode.where);
      if (keyNode.kind !== 'scalar') {
        const hint = 'keys are strings; a value that begins with {{ needs quotes';
        found.error('a key of this map is not a plain word', { hint, where: keyNode.where });
      } else if (keyNode.unread) {
        // Reported, and nothing is known of what it would have named.
      } else if (keyNode.text === '<<' && isPlain(pair.key)) {
        const more = mergeEntries(value, found);
        if (!more) return undefined;
        merged.push(more);
      } else own.push({ key: keyNode.text, keyValue: keyNode.value, keyWhere: keyNode.where, value });
    }
    return entriesOnce(own, merged, repeatedKeys, found);
  }

  try {
    const root = convert(document.contents, 0, at(1, 1));
    // What has an anchor is converted again for its first alias.
    const diagnostics = sortDiagnostics(found.all);
    return { root: root.kind === 'scalar' && root.unread ? undefined : root, diagnostics, unread };
  } catch (problem) {
    if (problem instanceof Refused) return refuse(problem.summary, problem.hint, problem.where);
    throw problem;
  }
}

/** The plain value of a node, positions dropped. */
export function toPlain(node: SourceNode): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toPlain);
    case 'map':
      return Object.fromEntries(node.entries.map((entry) => [entry.key, toPlain(entry.value)]));
  }
}

/** The entry of a map under `key`, or undefined. */
export function entryOf(map: SourceMap, key: string): SourceEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

function hasUnknownTag(node: unknown): node is Node {
  return isNode(node) && !isAlias(node) && /^!./.test(node.tag ?? '') && !KNOWN_TAG.test(node.tag ?? '');
}

/** The last of the numbers that is not above `most`; they are in order. */
function lastUpTo(most: number, numbers: readonly number[]): number | undefined {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if ((numbers[middle] ?? 0) <= most) from = middle + 1;
    else to = middle;
  }
  return numbers[from - 1];
}

/** `{{ x }}`: a map in whose only key a map begins at once. */
function isBareTemplate({ flow, items, range }: YAMLMap): boolean {
  const [pair, another] = items;
  if (!flow || !pair || another || !isMap(pair.key)) return false;
  return pair.key.flow === true && pair.key.range?.[0] === (range?.[0] ?? 0) + 1;
}

/** A number that JSON or a double cannot hold stays the text it was written as, rather than become another one. */
function isExact(value: SourceScalar['value'], text: string): boolean {
  if (typeof value !== 'number') return true;
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !/^[-+]?[0-9_]+$/.test(text));
}

function isPlain(key: unknown): boolean {
  return isScalar(key) && (key as { type?: string }).type === 'PLAIN';
}

function refuse(summary: string, hint: string, where: Position): ParsedYaml {
  return { ...NOTHING, diagnostics: [{ severity: 'error', summary, hint, where }] };
}
