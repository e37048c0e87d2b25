/**
 * Which variables does a template use? Read off its text: attributes, filters, tests, called functions and names of
 * arguments are none. Knows Jinja's tokens, not its grammar; a name that a block binds counts as used.
 */
import { codeOf, type Token, tokensOf } from './tokens.ts';

/** `template`: text around `{{ … }}`; `expression`: Jinja alone, as in `when`. */
export type Form = 'template' | 'expression';

/** Texts whose names are remembered: the same few are evaluated for every host. */
const MAX_REMEMBERED = 10_000;
const MAX_REMEMBERED_TEXT = 1024;

const remembered = {
  template: new Map<string, readonly string[]>(),
  expression: new Map<string, readonly string[]>(),
};

/** Operators and constants of expressions. */
const KEYWORDS = new Set('and or not in is if else true false none True False None'.split(' '));

/** Each name once, in the order of its first use. */
export function namesIn(text: string, form: Form): readonly string[] {
  const known = remembered[form].get(text);
  if (known) return known;
  const found = new Set<string>();
  for (const code of form === 'expression' ? [text] : codeOf(text)) addNames(tokensOf(code), found);
  const names = [...found];
  if (remembered[form].size >= MAX_REMEMBERED) remembered[form].clear();
  if (text.length <= MAX_REMEMBERED_TEXT) remembered[form].set(text, names);
  return names;
}

/** Blocks that bind names. */
export const BINDING: ReadonlySet<string> = new Set(['for', 'set', 'macro', 'with', 'call']);

/** The names that blocks of a template bind: no variables, where they are meant. */
export function boundIn(text: string): ReadonlySet<string> {
  const bound = new Set<string>();
  for (const code of codeOf(text)) {
    const tokens = tokensOf(code);
    const first = tokens.findIndex(({ kind }) => kind === 'name');
    const block = tokens[first]?.text ?? '';
    if (first > 1 || !BINDING.has(block)) continue;
    for (const { kind, text: name } of tokens.slice(first + 1)) {
      if ((block === 'for' && name === 'in') || (block === 'set' && name === '=')) break;
      if (kind === 'name') bound.add(name);
    }
  }
  return bound;
}

function addNames(tokens: readonly Token[], found: Set<string>): void {
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== 'name') continue;
    const before = tokens[at - 1]?.text;
    if (before === '.' || before === '|' || before === 'is') continue;
    if (before === 'not' && tokens[at - 2]?.text === 'is') continue;
    const after = tokens[at + 1]?.text;
    if (after !== '=' && after !== '(' && !KEYWORDS.has(text)) found.add(text);
  }
}
