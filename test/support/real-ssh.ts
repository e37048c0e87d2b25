/** What does the installed ssh make of a configuration? `ssh -G`, which connects to nothing, is the oracle. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findProgram } from './needs.ts';

export interface Answer {
  /** By keyword in lower case; what stands several times is in order. Empty where ssh refused. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** The lines of the file that ssh found wrong; it may have refused without naming one. */
  readonly badLines: readonly number[];
  readonly refused: boolean;
  readonly stderr: string;
}

export function askSsh(file: string, host: string, args: readonly string[] = []): Answer {
  const env = { ...process.env, TFT_SET: 'set' };
  const found = spawnSync('ssh', ['-G', '-F', file, ...args, host], { encoding: 'utf8', env });
  const values = new Map<string, string[]>();
  if (found.status === 0) {
    for (const line of found.stdout.split('\n').filter(Boolean)) {
      const [, keyword = '', value = ''] = /^(\S+) ?(.*)$/s.exec(line) ?? [];
      values.set(keyword, [...(values.get(keyword) ?? []), value]);
    }
  }
  // An obsolete option is said to be unsupported, and passed over.
  const bad = [...found.stderr.matchAll(/^(?:.*\/)?[\w.-]+:? line (\d+): (?!Unsupported option)/gm)].map(
    ([, line]) => Number(line),
  );
  return {
    values,
    badLines: [...new Set(bad)].sort((a, b) => a - b),
    refused: found.status !== 0,
    stderr: found.stderr,
  };
}

/** Every keyword the installed ssh knows: each word in its program is tried. `file` is written over. */
export function keywordsOfSsh(write: (text: string) => string): readonly string[] {
  const program = readFileSync(findProgram('ssh') ?? '', 'latin1');
  const words = [...new Set(program.match(/(?<=\0)[a-z][a-z0-9]{2,40}(?=\0)/g))];
  // A bad value of some keywords ends ssh at once; of those `any` is a good one.
  const { stderr } = askSsh(write(words.map((word) => `${word} any\n`).join('')), 'nobody');
  const unknown = new Set([...stderr.matchAll(/Bad configuration option: (\S+)/g)].map(([, word]) => word));
  // Not one of the words being unknown, or all of them, would be a test that cannot fail.
  if (unknown.size < 50) throw new Error(`ssh refused only ${unknown.size} words: ${stderr.slice(0, 500)}`);
  return words.filter((word) => !unknown.has(word));
}
