/**
 * OpenSSH's client configuration as a list of options with their conditions, includes put in their places (ssh_config(5)).
 * Decides nothing about any host.
 */
import { dirname, join } from 'node:path';
import { expandHome } from '../files/expand-home.ts';
import { kindOf, listFolder, readTextFile } from '../files/read-files.ts';
import type { Diagnostics, Position } from '../model/diagnostic.ts';
import { readLine, splitArguments, splitCriteria } from './line.ts';
import { compilePattern, compilePatternList, isWild } from './pattern.ts';

/** ssh's own limit. */
const MAX_INCLUDES = 16;

/** `Host`: patterns of the name that ssh is given; `Match`: criteria with their arguments. All enclosing ones must hold. */
export type Condition =
  | { readonly kind: 'host'; readonly holds: (name: string) => boolean }
  | { readonly kind: 'match'; readonly criteria: readonly (readonly [name: string, value: string])[] };

export interface ConfigOption {
  readonly keyword: string;
  readonly rest: string;
  readonly where: Position;
  readonly conditions: readonly Condition[];
}

/** `file`: in place of both files; one that is named must be there. */
export async function readSshConfig(
  file: string | undefined,
  home: string,
  diagnostics: Diagnostics,
): Promise<readonly ConfigOption[]> {
  if (file?.toLowerCase() === 'none') return [];
  const options: ConfigOption[] = [];
  const reading = { home, diagnostics, options };
  if (file !== undefined) await readFile(expandHome(file, home), [], 0, reading);
  else {
    for (const usual of [join(home, '.ssh', 'config'), '/etc/ssh/ssh_config']) {
      if (await kindOf(usual)) await readFile(usual, [], 0, reading);
    }
  }
  return options;
}

interface Reading {
  readonly home: string;
  readonly diagnostics: Diagnostics;
  readonly options: ConfigOption[];
}

async function readFile(
  path: string,
  outer: readonly Condition[],
  depth: number,
  reading: Reading,
): Promise<void> {
  const { diagnostics, options } = reading;
  const source = await readTextFile(path);
  if ('problem' in source) {
    diagnostics.all.push(source.problem);
    return;
  }
  let conditions = outer;
  for (const [index, text] of source.text.split('\n').entries()) {
    const line = readLine(text);
    if (!line) continue;
    const where = { file: path, line: index + 1, column: line.column };
    const words = line.keyword === 'match' ? splitCriteria(line.rest) : splitArguments(line.rest);
    if (!words || words.length === 0) {
      // ProxyCommand and the like are taken whole, quotes and all.
      if (line.rest !== '' && line.keyword !== 'host' && line.keyword !== 'match') {
        options.push({ keyword: line.keyword, rest: line.rest, where, conditions });
      } else {
        const hint = 'give it a value, and close every quote';
        diagnostics.error(`${line.keyword} in the ssh configuration has no value`, { hint, where });
      }
    } else if (line.keyword === 'host') conditions = [...outer, { kind: 'host', holds: hostTest(words) }];
    else if (line.keyword === 'match') conditions = [...outer, matchOf(words, where, diagnostics)];
    else if (line.keyword === 'include') {
      if (depth >= MAX_INCLUDES) {
        diagnostics.error(`${path} is included too deep`, { hint: 'does it include itself?', where });
        return;
      }
      for (const word of words) {
        for (const found of await includesOf(word, path, reading)) {
          await readFile(found, conditions, depth + 1, reading);
        }
      }
    } else options.push({ keyword: line.keyword, rest: line.rest, where, conditions });
  }
}

/** Most blocks name hosts plainly, and a fleet has thousands of them. */
function hostTest(words: readonly string[]): (name: string) => boolean {
  if (words.some((word) => isWild(word) || word.startsWith('!'))) return compilePatternList(words.join(','));
  const names = new Set(words);
  return (name) => names.has(name);
}

const WITHOUT_VALUE = new Set(['all', 'canonical', 'final']);

function matchOf(words: readonly string[], where: Position, diagnostics: Diagnostics): Condition {
  const criteria: [string, string][] = [];
  for (let at = 0; at < words.length; at++) {
    const name = (words[at] ?? '').toLowerCase();
    criteria.push([name, WITHOUT_VALUE.has(name) ? '' : (words[++at] ?? '')]);
  }
  if (criteria.some(([name]) => name.replace(/^!/, '') === 'exec')) {
    const hint = 'tapfleet runs no command to choose a configuration: what is below it is passed over';
    diagnostics.warning('Match exec in the ssh configuration is not evaluated', { hint, where });
  }
  return { kind: 'match', criteria };
}

/** A file that is not there is no mistake, as in ssh. Stars are known in the last part of a path. */
async function includesOf(written: string, from: string, { home }: Reading): Promise<string[]> {
  const expanded = expandHome(written, home);
  const base = from.startsWith('/etc/ssh/') ? '/etc/ssh' : join(home, '.ssh');
  const path = expanded.startsWith('/') ? expanded : join(base, expanded);
  if (!isWild(path)) return (await kindOf(path))?.isFile() ? [path] : [];
  const folder = dirname(path);
  const listing = await listFolder(folder);
  if (!listing || 'problem' in listing) return [];
  const matches = compilePattern(path.slice(folder.length + 1));
  return [...listing]
    .filter(([name, kind]) => kind === 'file' && matches(name) && !name.startsWith('.'))
    .map(([name]) => join(folder, name))
    .sort();
}
