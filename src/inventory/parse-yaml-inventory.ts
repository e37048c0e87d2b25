/**
 * What does one YAML (or JSON) inventory say? Adds its groups, hosts and variables to the draft in the order that
 * Ansible's yaml plugin would, and reports every mistake at its place. Reads no files.
 */
import { closest, distance } from 'fastest-levenshtein';
import type { Diagnostics } from '../model/diagnostic.ts';
import { quotedWords } from '../model/secret-name.ts';
import { entryOf, type SourceEntry, type SourceMap, type SourceNode } from '../yaml/source.ts';
import { addGroup, addHosts, type Draft, type DraftGroup, setGroupVariable } from './draft.ts';
import { locatedValue } from './plain-value.ts';
import { expandHostName } from './ranges.ts';

const GROUP_KEYS = ['hosts', 'children', 'vars'];

/** `source` is the file's path as the user gave it. Top-level keys are groups. */
export function parseYamlInventory(
  root: SourceNode,
  source: string,
  draft: Draft,
  diagnostics: Diagnostics,
): void {
  if (root.kind !== 'map') {
    diagnostics.error(`an inventory is a map of groups, not ${describe(root)}`, {
      hint: 'begin it with "all:" and put "hosts:" below',
      where: root.where,
    });
    return;
  }
  const plugin = entryOf(root, 'plugin');
  if (plugin && plugin.value.kind === 'scalar' && plugin.value.value) {
    diagnostics.error(
      `this file configures the inventory plugin "${plugin.value.text}", which is not supported`,
      {
        hint: 'save what it gives, "ansible-inventory -i FILE --list --yaml > hosts.yml", and use that',
        where: plugin.keyWhere,
      },
    );
    return;
  }
  for (const entry of root.entries) parseGroup(entry, { source, draft, diagnostics });
}

interface Parsing {
  readonly source: string;
  readonly draft: Draft;
  readonly diagnostics: Diagnostics;
}

function parseGroup(entry: SourceEntry, parsing: Parsing): DraftGroup | undefined {
  const { draft, diagnostics } = parsing;
  const { key: name, keyWhere: where, value } = entry;
  if (name === '' || /[\s\p{Cc}]/u.test(name)) {
    diagnostics.error(`${quotedWords(name)} is not a name for a group`, {
      hint: 'use letters, digits and underscores',
      where,
    });
    return undefined;
  }
  if (value.kind !== 'map' && !isNull(value)) {
    diagnostics.error(`the group "${name}" is ${describe(value)}, not a map`, {
      hint: 'a group holds "hosts:", "children:" and "vars:"',
      where: value.where,
    });
    return undefined;
  }
  const group = addGroup(draft, name, where);
  if (value.kind === 'map') for (const section of value.entries) parseSection(section, group, parsing);
  return group;
}

function parseSection(section: SourceEntry, group: DraftGroup, parsing: Parsing): void {
  const { diagnostics } = parsing;
  if (!GROUP_KEYS.includes(section.key)) {
    unknownKey(section, group, diagnostics);
    return;
  }
  const entries = sectionEntries(section, group, diagnostics);
  for (const entry of entries) {
    if (section.key === 'hosts') parseHost(entry, group, parsing);
    else if (section.key === 'vars') parseGroupVariable(entry, group, diagnostics);
    else {
      const child = parseGroup(entry, parsing);
      if (child && !group.children.has(child.name)) group.children.set(child.name, entry.keyWhere);
    }
  }
}

/** A single name in place of a map is taken for a map with that one key, as Ansible does for hosts and children. */
function sectionEntries(
  section: SourceEntry,
  group: DraftGroup,
  diagnostics: Diagnostics,
): readonly SourceEntry[] {
  const { key, value } = section;
  if (value.kind === 'map') return value.entries;
  if (isNull(value)) return [];
  if (value.kind === 'scalar' && typeof value.value === 'string' && key !== 'vars') {
    const empty = { kind: 'scalar', where: value.where, value: null, text: '' } as const;
    return [{ key: value.value, keyWhere: value.where, value: empty }];
  }
  diagnostics.error(`"${key}" of the group "${group.name}" is ${describe(value)}, not a map`, {
    hint:
      key === 'vars'
        ? 'write "name: value" lines below it'
        : 'write each name on its own line, followed by a colon',
    where: value.where,
  });
  return [];
}

function parseHost(entry: SourceEntry, group: DraftGroup, parsing: Parsing): void {
  const { source, draft, diagnostics } = parsing;
  const { key, keyWhere: where, value } = entry;
  if (draft.full) return;
  const expanded = expandHostName(key);
  if ('problem' in expanded) {
    diagnostics.error(`the host name ${quotedWords(key)} ${expanded.problem}`, {
      hint: 'ranges are [01:50], [1:9:2] or [a:d]',
      where,
    });
    return;
  }
  const variables = hostVariables(entry, diagnostics);
  const values = variables?.entries.map((one) => [one.key, locatedValue(one)] as const);
  if (!variables && !isEmpty(value)) return;
  const port = expanded.port === undefined ? {} : { port: expanded.port };
  const named = { names: expanded.names, where, source, ...port };
  addHosts(draft, group, named, values ?? [], diagnostics);
}

function hostVariables(entry: SourceEntry, diagnostics: Diagnostics): SourceMap | undefined {
  const { key, value } = entry;
  if (value.kind === 'map') return value;
  if (isEmpty(value)) return undefined;
  diagnostics.error(`the host "${key}" is ${describe(value)}, not a map of variables`, {
    hint: 'write "name: value" lines below the host',
    where: value.where,
  });
  return undefined;
}

function parseGroupVariable(entry: SourceEntry, group: DraftGroup, diagnostics: Diagnostics): void {
  setGroupVariable(group, entry.key, locatedValue(entry), entry.value.where, diagnostics);
}

/** Ansible skips what it does not know with a warning; a slip of the pen would lose hosts that way, so it is an error. */
function unknownKey(section: SourceEntry, group: DraftGroup, diagnostics: Diagnostics): void {
  const nearest = closest(section.key, GROUP_KEYS);
  const what = `"${section.key}" means nothing in the group "${group.name}"`;
  const close = section.key.length < 64 && distance(section.key.toLowerCase(), nearest) <= 2;
  if (close) diagnostics.error(what, { hint: `did you mean "${nearest}"?`, where: section.keyWhere });
  else {
    const hint = 'it is skipped; a group holds "hosts", "children" and "vars"';
    diagnostics.warning(what, { hint, where: section.keyWhere });
  }
}

function isNull(node: SourceNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Null and what Ansible takes for it below a host: an empty string, list, false or 0. */
function isEmpty(node: SourceNode): boolean {
  if (node.kind === 'list') return node.items.length === 0;
  return node.kind === 'scalar' && !node.value;
}

function describe(node: SourceNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  if (node.value === null) return 'empty';
  const text = node.text.split('\n', 1).join('');
  return `the value ${quotedWords(text.length > 60 ? `${text.slice(0, 60)}…` : text)}`;
}
