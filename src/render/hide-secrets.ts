/** Takes known secrets out of a text before it is shown, wherever a template or a host has put them. Knows no stream. */
import { escapeText } from '../model/mark-text.ts';

export const MASK = '********';
/** Shorter ones would be found in half of all words, and hide nothing by being hidden. */
const MIN_CHARS = 4;
/** Messages cut a long value before this, and put CUT behind it. */
const MAX_BEFORE_CUT = 100;
const CUT = '…';
const NUMBER = /^-?\d[\d.eE+-]*$/;

/**
 * The text with each secret masked, in capitals or not, as it is, as a mark and as JSON writes it; of a secret with several lines
 * each line; of one that a message cut off its beginning. What was JSON or YAML still is: keys of JSON stay, a value
 * that is a secret becomes a string, and a number that only has the digits of a secret in it is another number.
 */
export function hideSecrets(text: string, secrets: Iterable<string>): string {
  return textHider(secrets)(text);
}

/** The same for many texts, each of whole lines. */
export function textHider(secrets: Iterable<string>): (text: string) => string {
  const words = wordsOf(secrets);
  if (words.size === 0) return (text) => text;
  const secret = anyOf(words);
  const small = new Set([...words].map((word) => word.toLowerCase()));
  // Not a space first: the look behind would go over a long row of them once for each.
  const value = `(?=\\S)(?<=^ *(?:- )?|: )(-?\\d[\\d.eE+-]*|${secret})(?=,?$)`;
  const found = new RegExp(`${value}|${secret}(?!":)`, 'gim');
  return (text) => {
    const masked = text.replace(found, (_found, alone: string | undefined) => {
      if (alone === undefined) return MASK;
      return NUMBER.test(alone) && !small.has(alone.toLowerCase()) ? alone : `"${MASK}"`;
    });
    return masked.includes(CUT) ? hideBeginnings(masked, small) : masked;
  };
}

/** Masks the beginning of a secret where the text cuts it off. `words`: in small letters. */
function hideBeginnings(text: string, words: ReadonlySet<string>): string {
  const beginnings = new Set<string>();
  for (const word of words) {
    const longest = Math.min(word.length, MAX_BEFORE_CUT);
    for (let length = MIN_CHARS; length <= longest; length++) beginnings.add(word.slice(0, length));
  }
  const parts = text.split(CUT);
  const last = parts.pop() ?? '';
  const hidden = parts.map((part) => {
    const end = part.slice(-MAX_BEFORE_CUT).toLowerCase();
    for (let from = 0; from <= end.length - MIN_CHARS; from++) {
      if (beginnings.has(end.slice(from))) return `${part.slice(0, from - end.length)}${MASK}`;
    }
    return part;
  });
  return [...hidden, last].join(CUT);
}

/** For many single values that are no document yet: no text is a key, and what is all secret is the mask alone. */
export function valueHider(secrets: Iterable<string>): (value: string) => string {
  const words = wordsOf(secrets);
  if (words.size === 0) return (value) => value;
  const secret = new RegExp(anyOf(words), 'gi');
  const small = new Set([...words].map((word) => word.toLowerCase()));
  return (value) => {
    const masked = value.replace(secret, MASK);
    return masked.includes(CUT) ? hideBeginnings(masked, small) : masked;
  };
}

function wordsOf(secrets: Iterable<string>): ReadonlySet<string> {
  const words = new Set<string>();
  for (const secret of secrets) {
    for (const word of [secret, ...secret.split('\n')].map((one) => one.trim())) {
      if ([...word].length < MIN_CHARS) continue;
      for (const form of [word, escapeText(word)]) {
        words.add(form);
        words.add(JSON.stringify(form).slice(1, -1));
      }
    }
  }
  return words;
}

/** The longest first: where one secret begins with another, nothing of it may stay. */
function anyOf(words: ReadonlySet<string>): string {
  return `(?:${[...words]
    .sort((a, b) => b.length - a.length)
    .map(escaped)
    .join('|')})`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
