/** One keyword with its values, and who wrote it: a line of a file, a variable, an option. Judges one alone. */
import type { Position } from '../model/diagnostic.ts';
import { type Keyword, keywordNamed } from './keywords.ts';
import { type ConfigLine, splitArguments } from './line.ts';
import { compilePatternList } from './pattern.ts';

export interface Origin {
  /** What a message about it begins with, such as `ansible_ssh_common_args of the host "hv1" holds `. */
  readonly says: string;
  readonly where?: Position;
  /** The caller's own: programs that it names may be run. False for all that an inventory brought. */
  readonly trusted: boolean;
  /** Of a file that an inventory named: who wrote the inventory need not be allowed to read it, so no word of it is shown. */
  readonly unseen?: boolean;
}

export interface Setting {
  readonly keyword: Keyword;
  /** As ssh splits them; at least one. */
  readonly args: readonly string[];
  /** All of it, quotes and comments included: what ProxyCommand and ProxyJump take. */
  readonly whole: string;
  readonly origin: Origin;
}

/** What is wrong, fit to follow `Origin.says`, and what to do. */
export interface Trouble {
  readonly problem: string;
  readonly hint: string;
  readonly origin: Origin;
}

/** A keyword that ssh does not know: wrong, unless the IgnoreUnknown that holds for a host covers it. */
export interface UnknownKeyword {
  /** In lower case. */
  readonly unknown: string;
  readonly trouble: Trouble;
}

const SEE = 'correct it: see ssh_config(5)';

export function readSetting(line: ConfigLine, origin: Origin): Setting | UnknownKeyword | Trouble {
  const keyword = keywordNamed(line.keyword);
  // What is no word may be a line of a file that is no configuration at all, and secret.
  const shown = nameShown(line.keyword, origin);
  if (line.rest === '') {
    return { problem: `the option ${keyword?.name ?? shown} without a value`, hint: SEE, origin };
  }
  const args = splitArguments(line.rest);
  if (!args) {
    return {
      problem: `the option ${keyword?.name ?? shown} with a quote that is never closed`,
      hint: SEE,
      origin,
    };
  }
  if (!keyword) {
    const hint = 'correct it, or name it in IgnoreUnknown before it: see ssh_config(5)';
    const problem = `the bad option ${shown}: ssh has none of this name`;
    return { unknown: line.keyword, trouble: { problem, hint, origin } };
  }
  const whole = line.rest.replace(/^[\s=]+/, '');
  const wrong = args.length === 0 ? 'empty' : keyword.check(args, whole);
  if (wrong === undefined) return { keyword, args, whole, origin };
  return {
    problem: origin.unseen
      ? `a value of ${keyword.name} that is wrong`
      : `${keyword.name} ${JSON.stringify(clip(line.rest))}, which is ${wrong}`,
    hint: SEE,
    origin,
  };
}

/** `ignored`: IgnoreUnknown's list of patterns, the first that was given. */
export function isIgnored({ unknown }: UnknownKeyword, ignored: string | undefined): boolean {
  return ignored !== undefined && compilePatternList(ignored.toLowerCase())(unknown);
}

/** A setting that a variable or an option of ssh stands for. Throws where the name is no keyword. */
export function madeSetting(name: string, value: string, origin: Origin): Setting {
  const keyword = keywordNamed(name);
  if (!keyword) throw new Error(`no keyword ${name}`);
  return { keyword, args: [value], whole: value, origin };
}

function nameShown(name: string, { unseen }: Origin): string {
  if (unseen) return 'whose name is not shown';
  return /^[a-z0-9]{1,40}$/.test(name) ? `"${name}"` : 'whose name is no word';
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
