/**
 * What value does a variable of an INI inventory have? Ansible reads it as a Python literal (ast.literal_eval) and keeps
 * it as text where it is none. Only literals: nothing is ever computed or run.
 */
import type { Json } from '../model/json.ts';

/** Deeper nesting stays text; so does what JSON cannot hold: sets, complex numbers, infinities, integers past 2^53. */
const MAX_DEPTH = 64;

/** The literal's value, tuples as lists and keys as JSON writes them; else the text itself. */
export function pythonValue(text: string): Json {
  try {
    return new Literal(text).whole();
  } catch (error) {
    if (error instanceof NoLiteral) return text;
    throw error;
  }
}

class NoLiteral extends Error {}

const NUMBER =
  /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:[0-9](?:_?[0-9])*)?\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?|[0-9](?:_?[0-9])*\.?(?:[eE][-+]?[0-9](?:_?[0-9])*)?/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const CONSTANTS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

class Literal {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Json {
    this.#space();
    const first = this.#value(0);
    const items = [first];
    let tuple = false;
    while (this.#take(',')) {
      tuple = true;
      if (this.#ended()) break;
      items.push(this.#value(0));
    }
    if (!this.#ended()) throw new NoLiteral();
    return tuple ? items : first;
  }

  /** Spaces, and at the end a comment, which Python's tokenizer drops. */
  #space(): void {
    while (/[ \t\f]/.test(this.#text.charAt(this.#at))) this.#at++;
  }

  #ended(): boolean {
    return this.#at >= this.#text.length || this.#text.charAt(this.#at) === '#';
  }

  #take(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    this.#space();
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new NoLiteral();
    if (this.#take('[')) return this.#items(']', depth).items;
    if (this.#take('(')) {
      const { items, comma } = this.#items(')', depth);
      return items.length === 1 && !comma ? (items[0] ?? null) : items;
    }
    if (this.#take('{')) return this.#dictionary(depth);
    const sign = this.#text.charAt(this.#at);
    if (sign === '-' || sign === '+') {
      this.#at++;
      this.#space();
      if (/[-+]/.test(this.#text.charAt(this.#at))) throw new NoLiteral();
      const value = this.#value(depth + 1);
      if (typeof value !== 'number') throw new NoLiteral();
      return sign === '-' ? -value : value;
    }
    return this.#atom();
  }

  #items(close: string, depth: number): { readonly items: Json[]; readonly comma: boolean } {
    const items: Json[] = [];
    let comma = true;
    while (!this.#take(close)) {
      if (!comma) throw new NoLiteral();
      items.push(this.#value(depth + 1));
      comma = this.#take(',');
    }
    return { items, comma };
  }

  #dictionary(depth: number): Json {
    const entries: [string, Json][] = [];
    let comma = true;
    while (!this.#take('}')) {
      if (!comma) throw new NoLiteral();
      const key = this.#value(depth + 1);
      if (!this.#take(':')) throw new NoLiteral();
      entries.push([keyText(key), this.#value(depth + 1)]);
      comma = this.#take(',');
    }
    return Object.fromEntries(entries);
  }

  #atom(): Json {
    if (/^[rRuUbB]{0,2}["']/.test(this.#text.slice(this.#at, this.#at + 3))) return this.#strings();
    const number = this.#match(NUMBER);
    if (number !== undefined) return this.#number(number);
    const word = this.#match(WORD);
    const constant = word === undefined ? undefined : CONSTANTS.get(word);
    if (constant === undefined) throw new NoLiteral();
    this.#space();
    return constant;
  }

  #number(written: string): number {
    const next = this.#text.charAt(this.#at);
    const digits = written.replaceAll('_', '');
    // Python has no 007, no 3days, and its 3j is no number of JSON.
    if (/[\w.]/.test(next) || /^0[0-9]*[1-9][0-9]*$/.test(digits)) throw new NoLiteral();
    const value = Number(digits);
    const integer = /^[0-9]+$|^0[xob]/i.test(digits);
    if (!Number.isFinite(value) || (integer && !Number.isSafeInteger(value))) throw new NoLiteral();
    this.#space();
    return value;
  }

  /** Strings side by side are one. */
  #strings(): string {
    let all = '';
    do {
      const prefix = (
        /^[rRuUbB]{0,2}/.exec(this.#text.slice(this.#at, this.#at + 2))?.[0] ?? ''
      ).toLowerCase();
      if (!['', 'r', 'u', 'b', 'br', 'rb'].includes(prefix)) throw new NoLiteral();
      this.#at += prefix.length;
      all += this.#string(prefix.includes('r'));
      this.#space();
    } while (/^[rRuUbB]{0,2}["']/.test(this.#text.slice(this.#at, this.#at + 3)));
    return all;
  }

  #string(raw: boolean): string {
    const quote = this.#text.charAt(this.#at);
    const triple = quote.repeat(3);
    const fence = this.#text.startsWith(triple, this.#at) ? triple : quote;
    this.#at += fence.length;
    let value = '';
    while (!this.#text.startsWith(fence, this.#at)) {
      if (this.#at >= this.#text.length) throw new NoLiteral();
      const char = this.#text.charAt(this.#at++);
      if (char !== '\\') value += char;
      else if (raw) value += char + this.#text.charAt(this.#at++);
      else value += this.#escape();
    }
    this.#at += fence.length;
    return value;
  }

  #escape(): string {
    const octal = this.#match(/[0-7]{1,3}/y);
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    const letter = this.#text.charAt(this.#at++);
    const width = { x: 2, u: 4, U: 8 }[letter];
    if (width !== undefined) {
      const hex = this.#text.slice(this.#at, this.#at + width);
      const code = /^[0-9a-fA-F]+$/.test(hex) && hex.length === width ? Number.parseInt(hex, 16) : -1;
      if (code < 0 || code > 0x10ffff) throw new NoLiteral();
      this.#at += width;
      return String.fromCodePoint(code);
    }
    if (letter === 'N' || letter === '') throw new NoLiteral();
    const known = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }[letter];
    return known ?? (/[\\'"]/.test(letter) ? letter : `\\${letter}`);
  }
}

/** As Python's json.dumps writes the key of a dictionary. */
function keyText(key: Json): string {
  if (key !== null && typeof key === 'object') throw new NoLiteral();
  return String(key);
}
