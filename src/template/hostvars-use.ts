/**
 * Which hosts and variables may a template ask `hostvars` for? Read off its text and the values it uses, before it is
 * rendered: values cross into the sandbox as data, so they cannot be fetched when they are asked for.
 */
import type { Json } from '../model/json.ts';

export interface HostvarsUse {
  /** Names that occur in the text, of hosts or of variables; and the texts it uses as they are. */
  readonly words: readonly string[];
  /** Hosts of which it is certain: `hostvars.hv01`, `hostvars['hv01']`. */
  readonly named: readonly string[];
  /** The expressions E of `hostvars[E]`, fit to be evaluated apart. */
  readonly subscripts: readonly string[];
  /** Hosts come from somewhere in the values: a loop's variable, or more subscripts than are worth reading. */
  readonly loose: boolean;
  /** `hostvars` is used as a whole: `for name in hostvars`, `hostvars.keys()`. */
  readonly whole: boolean;
}

/** Characters of a host's name between brackets that are worth looking at. */
const MAX_NAME = 512;
const MAX_SUBSCRIPTS = 64;
/** `hostvars` inside of `hostvars[…]`: each level is evaluated once more for each level around it. */
const MAX_NESTED = 4;

/** `values`: what the template's own names mean. */
export function hostvarsUse(text: string, values: readonly Json[]): HostvarsUse {
  const named = new Set<string>();
  const subscripts = new Set<string>();
  // Names that a block binds are not known outside of it.
  let loose = text.includes('{%');
  let whole = false;
  let left = MAX_SUBSCRIPTS;
  for (const { 0: found, 1: next, 2: name, index } of text.matchAll(
    /\bhostvars\b(?:\s*(\[)|\s*\.\s*([A-Za-z_]\w*))?/g,
  )) {
    if (next === undefined) {
      if (name === undefined || /^(?:keys|values|items)$/.test(name)) whole = true;
      else if (name === 'get') loose = true;
      else named.add(name);
      continue;
    }
    const literal = /^\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\]/.exec(
      text.slice(index + found.length, index + MAX_NAME),
    );
    if (literal) {
      named.add(literal[1] ?? literal[2] ?? '');
      continue;
    }
    left -= 1;
    const inner = left < 0 || loose ? undefined : untilBracket(text, index + found.length);
    if (inner === undefined || (inner.match(/hostvars/g)?.length ?? 0) > MAX_NESTED) loose = true;
    else subscripts.add(inner);
  }
  const words = (text.match(/[\p{L}\p{N}_.:-]+/gu) ?? []).flatMap((word) => [word, ...word.split('.')]);
  const used = values.filter((value) => typeof value === 'string');
  return {
    words: [...new Set([...words, ...used])],
    named: [...named],
    subscripts: [...subscripts],
    loose,
    whole,
  };
}

/** The text up to the bracket that closes the one before `from`; undefined where none does. */
function untilBracket(text: string, from: number): string | undefined {
  let depth = 1;
  let quote: string | undefined;
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (quote !== undefined) {
      if (sign === '\\') at += 1;
      else if (sign === quote) quote = undefined;
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '[') depth += 1;
    else if (sign === ']' && --depth === 0) return text.slice(from, at);
  }
  return undefined;
}

/** Every text anywhere in a value. */
export function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}
