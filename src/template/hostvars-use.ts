/**
 * Which hosts and variables may a template ask `hostvars` for? Read off its text before it is rendered: values cross
 * into the sandbox as data, so they cannot be fetched when they are asked for. Rather too much than too little.
 */
import type { Json } from '../model/json.ts';
import { Brackets, JOINT } from './brackets.ts';
import { BINDING, type Form } from './names.ts';
import { codeOf, type Token, tokensOf } from './tokens.ts';

export interface HostvarsUse {
  /** Attributes and texts that occur in the code, any of which may be a variable, or a text a host. */
  readonly words: readonly string[];
  /** Hosts of which it is certain: `hostvars.hv01`, `hostvars['hv01']`. */
  readonly named: readonly string[];
  /** The expressions E of `hostvars[E]`, fit to be evaluated apart. */
  readonly subscripts: readonly string[];
  /** `none`: those above are all · `values`: as texts in the values it uses · `any`: also names that it puts together. */
  readonly more: 'none' | 'values' | 'any';
  /** The same of variables: `hostvars[h][v]`, `hostvars[h]['ip' ~ n]`. */
  readonly moreWords: 'none' | 'values' | 'any';
}

/** Subscripts that are worth evaluating apart. */
const MAX_SUBSCRIPTS = 64;
/** `hostvars` inside of `hostvars[…]`: each level is evaluated once more for each level around it. */
const MAX_NESTED = 4;
/** What gives out of its values such as were in them; everything else may put a new text together. */
const KEEPING = new Set(
  (
    'attr batch default dictsort first groupby items keys last length list map max min reject rejectattr reverse select ' +
    'selectattr slice sort tojson unique values get'
  ).split(' '),
);
/** What takes the name of an attribute. */
const BY_ATTRIBUTE = new Set('attr get groupby map max min rejectattr selectattr sort sum unique'.split(' '));

const remembered = new Map<string, HostvarsUse>();
const MAX_REMEMBERED = 1000;

export function hostvarsUse(text: string, form: Form): HostvarsUse {
  const key = `${form}${text}`;
  const known = remembered.get(key);
  if (known) return known;
  const use = readUse(form === 'expression' ? [text] : [...codeOf(text)]);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(key, use);
  return use;
}

function readUse(codes: readonly string[]): HostvarsUse {
  const named = new Set<string>();
  const subscripts = new Set<string>();
  const words = new Set<string>();
  const found = { loose: false, whole: false, computed: false, byName: false };
  for (const code of codes) {
    const tokens = tokensOf(code);
    const brackets = new Brackets(tokens);
    const block = /^[-+]$/.test(tokens[0]?.text ?? '') ? tokens[1] : tokens[0];
    // Names that it binds are not known outside of it.
    if (block && BINDING.has(block.text)) found.loose = true;
    for (const [at, token] of tokens.entries()) {
      for (const word of wordsOf(token, tokens[at - 1])) words.add(word);
      if (computes(tokens, at)) found.computed = true;
      if (picksByName(tokens, at) && brackets.holdsMore(at)) found.byName = true;
      if (token.text !== 'hostvars' || tokens[at - 1]?.text === '.') continue;
      const [next, name] = [tokens[at + 1], tokens[at + 2]];
      if (next?.text === '[') {
        const end = brackets.end(at + 1);
        if (end === at + 3 && name?.kind === 'string') named.add(unquoted(name.text));
        else if (subscripts.size >= MAX_SUBSCRIPTS) found.loose = true;
        else if (brackets.count('hostvars', at + 1) > MAX_NESTED) found.loose = true;
        else subscripts.add(code.slice(next.at + 1, tokens[end]?.at));
      } else if (next?.text !== '.' || name === undefined) found.whole = true;
      else if (/^(?:keys|values|items)$/.test(name.text)) found.whole = true;
      else if (name.text === 'get') found.loose = true;
      else named.add(name.text);
    }
  }
  const { loose, whole, computed, byName } = found;
  const unknown = computed ? 'any' : 'values';
  return {
    words: [...words],
    named: [...named],
    subscripts: loose ? [] : [...subscripts],
    more: whole ? 'any' : loose ? unknown : 'none',
    moreWords: byName ? unknown : 'none',
  };
}

/** Whether the bracket at `at` takes the name of a variable: `host[…]`, `map(…)`, but not `hostvars[…]`. */
function picksByName(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (tokens[at]?.text === '(') return BY_ATTRIBUTE.has(before?.text ?? '');
  return tokens[at]?.text === '[' && before?.text !== 'hostvars' && isOperand(before);
}

/** Texts name variables too: `hostvars.hv01['web-a']`, `map(attribute='a.b')`. */
function wordsOf({ kind, text }: Token, before: Token | undefined): string[] {
  if (kind === 'name') return before?.text === '.' ? [text] : [];
  if (kind !== 'string') return [];
  const inside = unquoted(text);
  return [inside, inside.split('.', 1).join('')];
}

/** Whether the token at this place makes a text that no value holds. */
function computes(tokens: readonly Token[], at: number): boolean {
  const { text, kind } = tokens[at] as Token;
  if (kind === 'sign') return JOINT.test(text) && at > 0 && at < tokens.length - 1;
  const called = tokens[at + 1]?.text === '(';
  const filter = tokens[at - 1]?.text === '|';
  return kind === 'name' && (called || filter) && !KEEPING.has(text) && !isKeyword(text);
}

function isKeyword(text: string): boolean {
  return /^(?:and|or|not|in|is|if|else|elif|set)$/.test(text);
}

/** Whether a bracket behind it takes something out of it. */
function isOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return (
    (token.kind === 'name' && !isKeyword(token.text)) ||
    token.kind === 'string' ||
    /^[\])}]$/.test(token.text)
  );
}

function unquoted(text: string): string {
  return text.slice(1, -1);
}

/** Every text anywhere in a value. */
export function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}
