/**
 * OpenSSH's client configuration as blocks of settings with their conditions, includes put in their places
 * (ssh_config(5)). Collects every mistake; decides nothing about any host.
 */
import { join } from 'node:path';
import { expandHome } from '../files/expand-home.ts';
import { othersMayWrite } from '../files/others-may-write.ts';
import { kindOf, readTextFile } from '../files/read-files.ts';
import type { Diagnostics, Position } from '../model/diagnostic.ts';
import { type Condition, hostCondition, matchCondition } from './conditions.ts';
import { includedFiles } from './included-files.ts';
import { type ConfigLine, readLine, splitArguments, splitCriteria } from './line.ts';
import { readSetting, type Setting, type UnknownKeyword } from './setting.ts';

/** ssh's own limit, READCONF_MAX_DEPTH. */
const MAX_DEPTH = 16;
/** ssh has none: two includes of a file in itself would have it read 65,536 files. */
const MAX_FILES = 1000;
const SYSTEM = '/etc/ssh';

/** Lines that hold under the same conditions; all of them must hold. The last one is the block's own. */
export interface Block {
  readonly conditions: readonly Condition[];
  readonly items: (Setting | UnknownKeyword)[];
}

export type SshConfig = readonly Block[];

export interface ConfigSource {
  /** In place of both usual files, and it must be there; `none`: no configuration. */
  readonly file?: string;
  /** Whether programs that it names may be run: not where an inventory named the file. */
  readonly trusted: boolean;
  readonly home: string;
}

/** As ssh does, judges who may write the user's own file and what is included, but no file that was named. */
export async function readSshConfig(source: ConfigSource, diagnostics: Diagnostics): Promise<SshConfig> {
  const { file, home } = source;
  const reading = new Reading(source, diagnostics);
  if (file === undefined) {
    const own = join(home, '.ssh', 'config');
    const system = join(SYSTEM, 'ssh_config');
    if (await kindOf(own)) await reading.file(own, { ...TOP, base: join(home, '.ssh'), checked: true });
    if (await kindOf(system)) await reading.file(system, { ...TOP, base: SYSTEM });
  } else if (file.toLowerCase() !== 'none') {
    await reading.file(expandHome(file, home), { ...TOP, base: join(home, '.ssh') });
  }
  return reading.blocks;
}

interface Place {
  readonly outer: readonly Condition[];
  readonly depth: number;
  /** The folder that relative includes are in. */
  readonly base: string;
  /** Others may not have written it. */
  readonly checked: boolean;
}

const TOP = { outer: [], depth: 0, checked: false } as const;

class Reading {
  readonly blocks: Block[] = [];
  #files = 0;
  #stopped = false;

  constructor(
    private readonly source: ConfigSource,
    private readonly diagnostics: Diagnostics,
  ) {}

  async file(path: string, place: Place): Promise<void> {
    this.#files++;
    const where = { file: path, line: 1, column: 1 };
    if (place.checked && (await othersMayWrite(path))) {
      const hint = `let only yourself write it: chmod go-w ${JSON.stringify(path)}, and own it`;
      this.diagnostics.error(`bad owner or permissions on the ssh configuration ${path}`, { hint, where });
      return;
    }
    const source = await readTextFile(path);
    if ('problem' in source) {
      this.diagnostics.all.push(source.problem);
      return;
    }
    let conditions = place.outer;
    let block = this.#begin(conditions);
    for (const [index, text] of source.text.split('\n').entries()) {
      const line = readLine(text);
      if (!line) continue;
      const at = { file: path, line: index + 1, column: line.column };
      if (line.keyword === 'host' || line.keyword === 'match') {
        const own = this.#condition(line, at);
        conditions = [...place.outer, own ?? NEVER];
        block = this.#begin(conditions);
      } else if (line.keyword === 'include') {
        await this.#include(line, at, { ...place, outer: conditions });
        if (this.#stopped) return;
        block = this.#begin(conditions);
      } else this.#setting(line, at, block);
    }
  }

  #begin(conditions: readonly Condition[]): Block {
    const block: Block = { conditions, items: [] };
    this.blocks.push(block);
    return block;
  }

  #condition(line: ConfigLine, where: Position): Condition | undefined {
    if (line.keyword === 'host') {
      const words = this.#words(line, where);
      return words && hostCondition(words);
    }
    const words = splitCriteria(line.rest);
    const found =
      words && words.length > 0 ? matchCondition(words) : { wrong: 'no criteria, or an open quote' };
    if ('wrong' in found) {
      const hint =
        'use all, final, host, originalhost, user, localuser or tagged, each with a value where it needs one';
      this.#error(`a Match with ${found.wrong}`, hint, where);
      return undefined;
    }
    if (found.runs) {
      const hint = 'tapfleet runs no command to choose a configuration: what is below it is passed over';
      this.diagnostics.warning('Match exec in the ssh configuration is not evaluated', { hint, where });
    }
    return found;
  }

  async #include(line: ConfigLine, where: Position, place: Place): Promise<void> {
    const { home } = this.source;
    for (const word of this.#words(line, where) ?? []) {
      if (word.startsWith('~') && place.base === SYSTEM) {
        this.#error(
          `Include ${JSON.stringify(word)}`,
          'the system’s file may not use ~: write the whole path',
          where,
        );
        continue;
      }
      for (const found of await includedFiles(word, place.base, home)) {
        if (place.depth >= MAX_DEPTH || this.#files >= MAX_FILES) {
          const much =
            place.depth >= MAX_DEPTH ? `includes ${MAX_DEPTH} deep` : `more than ${MAX_FILES} files`;
          this.#error(`${much}, at ${JSON.stringify(word)}`, 'does a file include itself?', where);
          this.#stopped = true;
          return;
        }
        await this.file(found, { ...place, depth: place.depth + 1, checked: true });
        if (this.#stopped) return;
      }
    }
  }

  #setting(line: ConfigLine, where: Position, block: Block): void {
    const { trusted } = this.source;
    const found = readSetting(line, { says: SAYS, where, trusted, unseen: !trusted });
    if ('problem' in found) this.#error(found.problem, found.hint, where);
    else if ('unknown' in found || found.keyword.decision !== 'ignored') block.items.push(found);
  }

  #words(line: ConfigLine, where: Position): readonly string[] | undefined {
    const words = splitArguments(line.rest);
    if (words && words.length > 0 && !words.includes('')) return words;
    const problem = words ? 'an empty value' : 'a quote that is never closed';
    this.#error(`${line.keyword} with ${problem}`, 'correct it: see ssh_config(5)', where);
    return undefined;
  }

  #error(problem: string, hint: string, where: Position): void {
    this.diagnostics.error(`${SAYS}${problem}`, { hint, where });
  }
}

const SAYS = 'the ssh configuration holds ';
const NEVER: Condition = { holds: () => false, asksForFinal: false };
