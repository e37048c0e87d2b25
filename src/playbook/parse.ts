/**
 * Reads a playbook's text: structure, keys, and every value that can be judged before templates are evaluated. Pure;
 * collects all mistakes; knows no inventory.
 */
import { type Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import { Vault } from '../vault/vault.ts';
import { parseYaml, type SourceEntry, type SourceNode, toPlain } from '../yaml/source.ts';
import { openSealed, withoutRepeats } from './open-sealed.ts';
import { parseDefaults, parseEntry } from './parse-entry.ts';
import { parseIgnore } from './parse-ignore.ts';
import type { Entry, Play, Written } from './play.ts';
import { PLAY_KEYS } from './play-keys.ts';
import { checkPlayValue } from './play-values.ts';
import { quote } from './quote.ts';
import { reportUnknownKey } from './unknown-key.ts';
import { writtenValue, writtenVariables } from './written.ts';

const PLAY_KEY_LIST = Object.keys(PLAY_KEYS);

export interface ParsedPlaybook {
  readonly plays: readonly Play[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * `file` is the name that positions carry. Plays with mistakes come back as far as they could be read. `vault` opens
 * values under `!vault`; by default it has no password.
 */
export function parsePlaybook(text: string, file: string, vault: Vault = new Vault()): ParsedPlaybook {
  const parsed = parseYaml(text, file, { repeatedKeys: 'error' });
  const diagnostics = new Diagnostics();
  const plays: Play[] = [];
  const { root, closed } = parsed.root ? openSealed(parsed.root, vault) : { root: undefined, closed: [] };
  if (root === undefined || (root.kind === 'scalar' && root.value === null)) {
    if (parsed.diagnostics.length === 0) {
      diagnostics.error('the playbook is empty', { hint: PLAYS_HINT, where: { file, line: 1, column: 1 } });
    }
  } else if (root.kind !== 'list') {
    const what = root.kind === 'map' ? 'a map' : quote(toPlain(root));
    const isPlan = root.kind === 'map' && root.entries.some(({ key }) => key === 'tapfleet_plan');
    diagnostics.error(`the playbook is ${isPlan ? 'a saved plan' : what}, not a list of plays`, {
      hint: isPlan ? 'a saved plan is for "tapfleet apply" and "tapfleet show"' : PLAYS_HINT,
      where: root.where,
    });
  } else {
    if (root.items.length === 0) {
      diagnostics.error('the playbook holds no plays', { hint: PLAYS_HINT, where: root.where });
    }
    for (const item of root.items) {
      const play = parsePlay(item, diagnostics);
      if (play) plays.push(play);
    }
  }
  const judged = withoutRepeats(diagnostics.all, closed, parsed.unread);
  return { plays, diagnostics: [...parsed.diagnostics, ...judged] };
}

const PLAYS_HINT = 'begin each play with "- hosts: PATTERN" and declare interfaces under its macvtaps';

function parsePlay(node: SourceNode, diagnostics: Diagnostics): Play | undefined {
  if (node.kind !== 'map') {
    diagnostics.error(`a play is a map, not ${quote(toPlain(node))}`, {
      hint: PLAYS_HINT,
      where: node.where,
    });
    return undefined;
  }
  const entries = new Map<string, SourceEntry>(node.entries.map((entry) => [entry.key, entry]));
  for (const entry of node.entries) {
    if (!PLAY_KEY_LIST.includes(entry.key)) {
      reportUnknownKey(entry, 'a play', PLAY_KEY_LIST, diagnostics, {
        macvtap: 'did you mean macvtaps?',
        host: 'did you mean hosts?',
      });
    }
  }
  for (const key of ['hosts', 'macvtaps']) {
    if (entries.has(key)) continue;
    diagnostics.error(`the play has no ${key}`, {
      hint: key === 'hosts' ? 'say which hosts: "hosts: all"' : 'declare interfaces, or write "macvtaps: []"',
      where: node.where,
    });
  }
  const value = (key: string): Written | undefined => {
    const entry = entries.get(key);
    if (!entry) return undefined;
    const written = writtenValue(entry.value, diagnostics);
    if (key !== 'name' && !written.template) checkPlayValue(key, written.value, say(written, diagnostics));
    return written;
  };
  const vars = entries.get('vars');
  const name = entries.get('name');
  const defaultsEntry = entries.get('defaults');
  const defaults = defaultsEntry ? parseDefaults(defaultsEntry.value, diagnostics) : new Map();
  const ignore = entries.get('ignore');
  const macvtaps = entries.get('macvtaps');
  const play: Play = {
    where: node.where,
    name: name ? playName(name, diagnostics) : undefined,
    vars: vars ? writtenVariables(vars.value, diagnostics) : new Map(),
    hosts: value('hosts') ?? { value: [], where: node.where, template: false },
    serial: value('serial'),
    maxFailPercentage: value('max_fail_percentage'),
    anyErrorsFatal: value('any_errors_fatal'),
    throttleBy: value('throttle_by'),
    order: value('order'),
    become: value('become'),
    owner: value('owner'),
    prune: value('prune'),
    ignore: ignore ? parseIgnore(ignore, diagnostics) : [],
    macvtaps: macvtaps ? parseEntries(macvtaps, defaults, diagnostics) : [],
  };
  // Without its variables every template of it would fail.
  return vars?.value.kind === 'scalar' && vars.value.unread ? undefined : play;
}

function playName(entry: SourceEntry, diagnostics: Diagnostics): string | undefined {
  const { value } = entry;
  if (value.kind === 'scalar' && typeof value.value === 'string') return value.value;
  if (value.kind === 'scalar' && value.value !== null) return value.text;
  diagnostics.error('the name of a play is text', { hint: 'write one line of text', where: value.where });
  return undefined;
}

function parseEntries(
  entry: SourceEntry,
  defaults: Parameters<typeof parseEntry>[1],
  diagnostics: Diagnostics,
): Entry[] {
  const { value } = entry;
  if (value.kind !== 'list') {
    diagnostics.error(`macvtaps is ${value.kind === 'map' ? 'a map' : quote(toPlain(value))}, not a list`, {
      hint: 'write a list of maps, each with a name: "- name: web0"',
      where: value.where,
    });
    return [];
  }
  return value.items.flatMap((item) => parseEntry(item, defaults, diagnostics) ?? []);
}

function say(written: Written, diagnostics: Diagnostics) {
  return (summary: string, hint: string, item?: number): void => {
    const where = item === undefined ? written.where : (written.items?.[item] ?? written.where);
    diagnostics.error(summary, { hint, where });
  };
}
