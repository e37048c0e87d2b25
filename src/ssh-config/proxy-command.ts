/**
 * Is a ProxyCommand only a jump over another ssh? `ssh -W %h:%p bastion` in its usual shapes is read, so that no program
 * has to be run. Whatever is not understood to the last word is left to be run as it is.
 */
import { readArguments, readDestination, type SshArguments } from './arguments.ts';
import type { Origin, Setting } from './setting.ts';
import { expandTokens, type Tokens } from './tokens.ts';

export interface CommandJump {
  readonly host: string;
  readonly given: readonly Setting[];
  /** `-F`. */
  readonly configFile?: string;
}

/** The jump, or undefined where the command is another. */
export function jumpOfCommand(command: string, tokens: Tokens, origin: Origin): CommandJump | undefined {
  const words = plainWords(command);
  if (!words) return undefined;
  const from = words[0] === 'exec' ? 1 : 0;
  if (!/^(?:\/usr(?:\/local)?\/bin\/|\/bin\/)?ssh$/.test(words[from] ?? '')) return undefined;
  const silenced = words.at(-1) === '2>/dev/null' ? words.slice(0, -1) : words;
  const args = options(silenced.slice(from + 1), origin);
  if (args.problems.length > 0 || !/^(?:%h|\[%h\]):%p$/.test(args.forward ?? '')) return undefined;
  const [written = '', ...more] = args.words;
  const expanded = expandTokens(written, tokens);
  const destination = 'text' in expanded ? readDestination(expanded.text, origin) : undefined;
  if (!destination || more.length > 0) return undefined;
  const given: Setting[] = [];
  for (const setting of args.settings) {
    const filled = fill(setting, tokens);
    if (!filled) return undefined;
    given.push(filled);
  }
  return {
    host: destination.host,
    given: [...given, ...destination.settings],
    ...(args.configFile === undefined ? {} : { configFile: args.configFile }),
  };
}

/** ssh takes options after its destination too. */
function options(words: readonly string[], origin: Origin): SshArguments {
  const all = readArguments(words, origin);
  const [destination, ...after] = all.words;
  if (destination === undefined || !after.some((word) => word.startsWith('-'))) return all;
  return readArguments([...words.slice(0, words.indexOf(destination)), ...after, destination], origin);
}

/** Tokens are filled in before the other ssh sees its arguments. */
function fill(setting: Setting, tokens: Tokens): Setting | undefined {
  const args = setting.args.map((arg) => expandTokens(arg, tokens));
  const rest = expandTokens(setting.rest, tokens);
  const texts = args.flatMap((one) => ('text' in one ? [one.text] : []));
  if (texts.length !== args.length || !('text' in rest)) return undefined;
  return { ...setting, args: texts, rest: rest.text };
}

/** Words as a shell would split them, or undefined where it would do more than that. */
function plainWords(command: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < command.length; at++) {
    const char = command.charAt(at);
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'" || char === '"') {
      const close = command.indexOf(char, at + 1);
      if (close < 0) return undefined;
      const inside = command.slice(at + 1, close);
      if (char === '"' && /[$`\\]/.test(inside)) return undefined;
      word = (word ?? '') + inside;
      at = close;
    } else if (word === undefined && command.startsWith('2>/dev/null', at)) {
      word = '2>/dev/null';
      at += word.length - 1;
    } else if (/[$`\\;&|<>(){}*?#!\n]/.test(char)) return undefined;
    else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}
