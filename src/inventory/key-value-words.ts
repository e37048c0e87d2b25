/** Splits `k=v k2="v 2"` into pairs by the rules of Ansible's `-e`. Values stay strings; nothing is evaluated. */
import { partsQuoted } from '../model/secret-name.ts';

export interface KeyValues {
  /** `at`: where the word begins, counted from 0. */
  readonly pairs: readonly { readonly key: string; readonly value: string; readonly at: number }[];
  /** Words without a key, and quotes that never end; each fit for a message. */
  readonly problems: readonly string[];
}

/** Quotes around a whole value go away, `\n`, `\t`, `\"`, `\xHH`, `\uHHHH` become what they name, `{{ a b }}` is one word. */
export function parseKeyValues(text: string): KeyValues {
  const pairs: KeyValues['pairs'][number][] = [];
  const problems: string[] = [];
  const quoted = partsQuoted(text);
  const { words, open } = splitWords(text);
  if (open) problems.push(`${open} is opened and never closed`);
  for (const { word, at } of open ? [] : words) {
    const decoded = decodeEscapes(word);
    const equals = /(?<=[^\\])=/.exec(decoded)?.index;
    if (equals === undefined) problems.push(`${quoted(word)} has no key and no "="`);
    else {
      const value = unquote(decoded.slice(equals + 1).trim());
      pairs.push({ key: decoded.slice(0, equals).trim(), value, at });
    }
  }
  return { pairs, problems };
}

function splitWords(text: string): { words: { word: string; at: number }[]; open: string | undefined } {
  const words: { word: string; at: number }[] = [];
  let word = '';
  let quote = '';
  let braces = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const pair = text.slice(at, at + 2);
    if (quote !== '') {
      if (char === quote && text.charAt(at - 1) !== '\\') quote = '';
    } else if ((char === '"' || char === "'") && text.charAt(at - 1) !== '\\') quote = char;
    else if (/^\{[{%#]$/.test(pair)) braces += 1;
    else if (/^[}%#]\}$/.test(pair)) braces = Math.max(0, braces - 1);
    if (/\s/.test(char) && quote === '' && braces === 0) {
      if (word !== '') words.push({ word, at: at - word.length });
      word = '';
    } else word += char;
  }
  if (word !== '') words.push({ word, at: text.length - word.length });
  const open = quote !== '' ? `the quote ${quote}` : braces > 0 ? 'a template' : undefined;
  return { words, open };
}

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    n: '\n',
    t: '\t',
    r: '\r',
    a: '\x07',
    b: '\b',
    f: '\f',
    v: '\v',
    '\\': '\\',
    '"': '"',
    "'": "'",
  }),
);

function decodeEscapes(word: string): string {
  return word.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U(00[01][0-9a-f]{5})|([\\'"abfnrtv]))/gi,
    (whole, ...parts) => {
      const [x, u, long, letter] = parts as (string | undefined)[];
      const hex = x ?? u ?? long;
      if (hex === undefined) return ESCAPES.get(letter ?? '') ?? whole;
      const code = Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function unquote(value: string): string {
  const quoted =
    value.length > 1 && /^["']/.test(value) && value.at(-1) === value[0] && value.at(-2) !== '\\';
  return quoted ? value.slice(1, -1) : value;
}
