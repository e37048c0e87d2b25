/**
 * Is a ProxyCommand only a jump over another ssh? `ssh -W %h:%p bastion` in its usual shapes is read, so that no program
 * has to be run. What is not understood to the last word is another command.
 */
import { readArguments } from './arguments.ts';
import { parseHop } from './hop.ts';
import { madeSetting, type Origin, type Setting } from './setting.ts';
import { expandTokens, type Tokens } from './tokens.ts';

/** A login to go through, as ssh's command line would ask for it. */
export interface Jump {
  readonly name: string;
  readonly given: readonly Setting[];
  /** `-F`. */
  readonly configFile?: string;
}

/** The jump, or undefined where the command is another. */
export function jumpOf(command: string, tokens: Tokens, origin: Origin): Jump | undefined {
  const words = plainWords(command) ?? [];
  const from = words[0] === 'exec' ? 1 : 0;
  if (!/^(?:.*\/)?ssh$/.test(words[from] ?? '')) return undefined;
  const silenced = words.at(-1) === '2>/dev/null' ? words.slice(0, -1) : words;
  const filled: string[] = [];
  for (const word of silenced.slice(from + 1)) {
    // The forwarding is looked for as it is written: it must be that of the host.
    const expanded = FORWARD.test(word) ? { text: word } : expandTokens(word, tokens);
    if ('wrong' in expanded) return undefined;
    filled.push(expanded.text);
  }
  const { settings, configFile, forward = '', words: rest, troubles } = readArguments(filled, origin);
  const [destination = '', ...more] = rest;
  const hop = parseHop(destination, { port: false });
  if (troubles.length > 0 || !FORWARD.test(forward) || more.length > 0 || !hop) return undefined;
  return {
    name: hop.host,
    given: [...settings, ...settingsOf(hop, origin)],
    ...(configFile === undefined ? {} : { configFile }),
  };
}

/** What a destination says of the login besides its name. */
export function settingsOf(
  { user, port }: { readonly user?: string; readonly port?: number },
  origin: Origin,
): readonly Setting[] {
  return [
    ...(user === undefined ? [] : [madeSetting('User', user, origin)]),
    ...(port === undefined ? [] : [madeSetting('Port', String(port), origin)]),
  ];
}

const FORWARD = /^(?:-[A-Za-z]*W)?(?:%h|\[%h\]):%p$/;

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
      const inside = command.slice(at + 1, close);
      if (close < 0 || (char === '"' && /[$`\\]/.test(inside))) return undefined;
      word = (word ?? '') + inside;
      at = close;
    } else if (word === undefined && /^2>\s*\/dev\/null(?!\S)/.test(command.slice(at))) {
      words.push('2>/dev/null');
      at = command.indexOf('/dev/null', at) + '/dev/null'.length - 1;
    } else if (/[$`\\;&|<>(){}*?#!\n[\]~]/.test(char) && !isHarmless(command, at)) return undefined;
    else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** `[%h]:%p` is a pattern to the shell that matches no file, and `~/` means to ssh what it means to the shell. */
function isHarmless(command: string, at: number): boolean {
  return [at, at - 3].some((from) => command.startsWith('[%h]:%p', from)) || command.startsWith('~/', at);
}
