/**
 * The text of a configuration → sections with their conditions, in order, found again by host name. Collects every
 * mistake; evaluates nothing, reads no other file: an Include's files are put in by who reads them.
 */
import type { Diagnostics, Position } from '../model/diagnostic.ts';
import { type ConfigLine, readLine, splitArguments, splitCriteria } from './line.ts';
import { compilePattern, compilePatternList, isWild } from './pattern.ts';
import { readSetting, type Setting } from './setting.ts';

export interface Include {
  readonly patterns: readonly string[];
  readonly where: Position;
  /** In the order to read them. */
  files: readonly ConfigFile[];
}

export type Item = { readonly setting: Setting } | { readonly include: Include };

export interface Criterion {
  readonly kind: 'host' | 'originalhost' | 'user' | 'localuser' | 'tagged' | 'final' | 'all' | 'unsupported';
  readonly negated: boolean;
  /** As written, for messages. */
  readonly name: string;
  readonly test: (value: string) => boolean;
}

export interface HostPattern {
  readonly negated: boolean;
  readonly test: (name: string) => boolean;
}

export type Condition =
  | { readonly kind: 'always' }
  | { readonly kind: 'host'; readonly patterns: readonly HostPattern[] }
  | { readonly kind: 'match'; readonly criteria: readonly Criterion[]; readonly where: Position };

export interface Section {
  readonly condition: Condition;
  readonly items: Item[];
}

export interface ConfigFile {
  readonly sections: readonly Section[];
  /** Sections whose Host line names exactly one of these names, by index: all others must be looked at. */
  readonly named: ReadonlyMap<string, readonly number[]>;
  readonly others: readonly number[];
}

/** What the files of one configuration share while they are read. */
export interface ParseState {
  /** Pattern lists of IgnoreUnknown, from the lines before. */
  readonly ignored: ((keyword: string) => boolean)[];
  readonly diagnostics: Diagnostics;
}

const WITHOUT_ARGUMENT: ReadonlyMap<string, Criterion['kind']> = new Map([
  ['all', 'all'],
  ['final', 'final'],
  ['canonical', 'final'],
]);
const WITH_ARGUMENT = new Set(['host', 'originalhost', 'user', 'localuser', 'tagged']);
/** Criteria that ask a program, the network or what ssh was called for. */
const UNSUPPORTED = new Set(['exec', 'localnetwork', 'command', 'sessiontype', 'version']);

/** `include` is called for each Include as it is met, so that what files share is in the order of reading. */
export async function parseConfig(
  text: string,
  file: string,
  state: ParseState,
  include: (found: Include) => Promise<void>,
): Promise<ConfigFile> {
  const sections: Section[] = [{ condition: { kind: 'always' }, items: [] }];
  const named = new Map<string, number[]>();
  const others: number[] = [0];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = readLine(raw);
    if (!line) continue;
    const where = { file, line: index + 1, column: line.column };
    const items = sections.at(-1)?.items ?? [];
    if (line.keyword === 'host') {
      const patterns = wordsOf(line, where, state);
      addNames(patterns, sections.length, named, others);
      sections.push({ condition: { kind: 'host', patterns: patterns.map(hostPattern) }, items: [] });
    } else if (line.keyword === 'match') {
      others.push(sections.length);
      const criteria = parseCriteria(line, where, state);
      sections.push({ condition: { kind: 'match', criteria, where }, items: [] });
    } else if (line.keyword === 'include') {
      const found: Include = { patterns: wordsOf(line, where, state), where, files: [] };
      await include(found);
      items.push({ include: found });
    } else addSetting(line, where, items, state);
  }
  return { sections, named, others };
}

function addSetting(line: ConfigLine, where: Position, items: Item[], state: ParseState): void {
  const setting = readSetting(line, { says: '', where });
  if (!('problem' in setting)) {
    if (setting.keyword.name === 'IgnoreUnknown')
      state.ignored.push(compilePatternList(setting.args.join(',').toLowerCase()));
    if (setting.keyword.decision !== 'ignored') items.push({ setting });
  } else if (!setting.unknown || !state.ignored.some((test) => test(line.keyword))) {
    const hint = setting.unknown
      ? 'correct it, or name it in IgnoreUnknown before this line'
      : 'correct it: see ssh_config(5)';
    state.diagnostics.error(`the line holds ${setting.problem}`, { hint, where });
  }
}

function wordsOf(line: ConfigLine, where: Position, { diagnostics }: ParseState): readonly string[] {
  const words = splitArguments(line.rest);
  if (words && words.length > 0 && !words.includes('')) return words;
  const problem = words ? 'without a value' : 'with a quote that is never closed';
  diagnostics.error(`the line holds ${line.keyword} ${problem}`, {
    hint: 'correct it: see ssh_config(5)',
    where,
  });
  return [];
}

function addNames(
  patterns: readonly string[],
  index: number,
  named: Map<string, number[]>,
  others: number[],
): void {
  if (patterns.some((one) => isWild(one))) others.push(index);
  else {
    for (const name of new Set(patterns)) {
      const known = named.get(name);
      if (known) known.push(index);
      else named.set(name, [index]);
    }
  }
}

function hostPattern(word: string): HostPattern {
  const negated = word.startsWith('!');
  return { negated, test: compilePattern(negated ? word.slice(1) : word) };
}

function parseCriteria(line: ConfigLine, where: Position, { diagnostics }: ParseState): Criterion[] {
  const fail = (problem: string): Criterion[] => {
    diagnostics.error(`the line holds a Match ${problem}`, { hint: 'correct it: see ssh_config(5)', where });
    return [{ kind: 'all', negated: true, name: 'all', test: () => false }];
  };
  const words = splitCriteria(line.rest);
  if (!words) return fail('with a quote that is never closed');
  if (words.length === 0) return fail('without criteria');
  const criteria: Criterion[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const negated = word.startsWith('!');
    const name = (negated ? word.slice(1) : word).toLowerCase();
    const alone = WITHOUT_ARGUMENT.get(name);
    if (alone) {
      const last = at === words.length - 1 && criteria.every(({ kind }) => kind === 'final');
      if (alone === 'all' && !last) return fail('with "all" and other criteria');
      criteria.push({ kind: alone, negated, name, test: () => true });
      continue;
    }
    const argument = words[++at];
    if (!WITH_ARGUMENT.has(name) && !UNSUPPORTED.has(name))
      return fail(`with ${JSON.stringify(word)}, which is no criterion`);
    if (argument === undefined || argument === '') return fail(`with "${name}" that has no value`);
    const kind = UNSUPPORTED.has(name) ? 'unsupported' : (name as Criterion['kind']);
    const folded = kind === 'host' || kind === 'originalhost';
    const test = compilePatternList(folded ? argument.toLowerCase() : argument);
    criteria.push({ kind, negated, name, test: folded ? (value) => test(value.toLowerCase()) : test });
  }
  return criteria;
}
