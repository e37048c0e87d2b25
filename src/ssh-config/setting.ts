/** One keyword with its arguments, and who wrote it: a line of a file, a variable, an option. Judges one alone. */
import type { Position } from '../model/diagnostic.ts';
import { type Keyword, keywordNamed } from './keywords.ts';
import { type ConfigLine, splitArguments } from './line.ts';

export interface Origin {
  /** Goes before every message about it: empty for a line of a file, else such as `ansible_ssh_common_args holds `. */
  readonly says: string;
  readonly where?: Position;
  /** Why a ProxyCommand of it may not be run; undefined where it may. Of a file: see `SshConfig.mayNotRun`. */
  readonly mayNotRun?: string;
}

export interface Setting {
  readonly keyword: Keyword;
  readonly args: readonly string[];
  /** The arguments unsplit. */
  readonly rest: string;
  readonly origin: Origin;
}

/** What is wrong, fit to follow `Origin.says`; `unknown` where it is the keyword. */
export interface BadSetting {
  readonly problem: string;
  readonly unknown?: boolean;
}

export function readSetting(line: ConfigLine, origin: Origin): Setting | BadSetting {
  const keyword = keywordNamed(line.keyword);
  // What is no word at all may be a line of a file that is no configuration, and secret.
  if (!keyword) {
    const shown = /^[a-z0-9]{1,40}$/.test(line.keyword) ? `"${line.keyword}"` : 'what it begins with';
    return { problem: `${shown}, which is no keyword of ssh_config`, unknown: true };
  }
  if (line.rest === '') return { problem: `${keyword.name} without a value` };
  const args = splitArguments(line.rest);
  if (!args) return { problem: `${keyword.name} with a quote that is never closed` };
  const wrong = keyword.check(args, commandOf(line.rest));
  if (wrong !== undefined)
    return { problem: `${keyword.name} ${JSON.stringify(clip(line.rest))}, which is ${wrong}` };
  return { keyword, args, rest: commandOf(line.rest), origin };
}

/** A setting that nobody wrote, with values that are right. */
export function madeSetting(name: string, args: readonly string[], origin: Origin): Setting {
  const keyword = keywordNamed(name);
  if (!keyword) throw new Error(`no keyword ${name}`);
  return { keyword, args, rest: args.join(' '), origin };
}

/** ProxyCommand and its kin begin after any more blanks and `=` (seen on OpenSSH 9.2). */
function commandOf(rest: string): string {
  let at = 0;
  while (at < rest.length && /[\s=]/.test(rest.charAt(at))) at++;
  return rest.slice(at);
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
