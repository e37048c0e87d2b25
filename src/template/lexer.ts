/**
 * Where is code in a template, and of which tokens does it consist? As Jinja 3's lexer has it, with the settings of Ansible:
 * the newline behind a block is part of it (`trim_blocks`), one at the end of the text stays.
 */
import { SyntaxFailure } from './syntax.ts';

export interface Token {
  readonly kind: 'name' | 'text' | 'integer' | 'float' | 'sign';
  /** Of a text its value, without quotes. */
  readonly text: string;
}

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output' | 'block'; readonly tokens: readonly Token[] };

const WHITESPACE = /\s+/y;
const NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const FLOAT = /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*(?:e[+-]?\d+)?|e[+-]?\d+)/iy;
const INTEGER =
  /0b[01]+(?:_[01]+)*|0o[0-7]+(?:_[0-7]+)*|0x[\da-f]+(?:_[\da-f]+)*|[1-9]\d*(?:_\d+)*|0+(?![\d_])/iy;
const TEXT = /'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"/y;
const SIGN = /\*\*|\/\/|==|!=|>=|<=|[-+/*%~[\](){}<>=.:|,;]/y;

/** The pieces of a text around and in `{{ … }}` and `{% … %}`. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const opening = /\{([{%#])([-+]?)/g;
  let at = 0;
  let strip = false;
  const addText = (end: number, stripEnd: boolean) => {
    let plain = text.slice(at, end);
    if (strip) plain = plain.trimStart();
    if (stripEnd) plain = plain.trimEnd();
    if (plain !== '') pieces.push({ kind: 'text', text: plain });
    strip = false;
  };
  for (;;) {
    opening.lastIndex = at;
    const found = opening.exec(text);
    if (!found) {
      addText(text.length, false);
      return pieces;
    }
    addText(found.index, found[2] === '-');
    const from = opening.lastIndex;
    if (found[1] === '#') {
      const end = text.indexOf('#}', from);
      if (end < 0) throw new SyntaxFailure('a comment has no end: #} is missing');
      strip = text.charAt(end - 1) === '-' && end > from;
      at = afterBlock(text, end + 2, end > from && text.charAt(end - 1) === '+');
      continue;
    }
    const block = found[1] === '%';
    const { tokens, end, sign } = codeFrom(text, from, block ? '%}' : '}}');
    strip = sign === '-';
    at = block ? afterBlock(text, end, sign === '+') : end;
    if (!block) pieces.push({ kind: 'output', tokens });
    else if (tokens.length === 1 && tokens[0]?.text === 'raw' && tokens[0].kind === 'name') {
      const close = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;
      close.lastIndex = at;
      const closed = close.exec(text);
      if (!closed) throw new SyntaxFailure('raw has no end: {% endraw %} is missing');
      addText(closed.index, closed[1] === '-');
      strip = closed[2] === '-';
      at = afterBlock(text, close.lastIndex, closed[2] === '+');
    } else pieces.push({ kind: 'block', tokens });
  }
}

/** The tokens of an expression that stands alone, as in `when`. */
export function tokensOf(code: string): readonly Token[] {
  return codeFrom(code, 0, undefined).tokens;
}

function afterBlock(text: string, at: number, keep: boolean): number {
  return !keep && text.charAt(at) === '\n' ? at + 1 : at;
}

/** Up to `close`, which does not count inside of brackets. `sign`: the - or + before it. */
function codeFrom(
  text: string,
  from: number,
  close: '%}' | '}}' | undefined,
): { readonly tokens: Token[]; readonly end: number; readonly sign: string } {
  const tokens: Token[] = [];
  let depth = 0;
  let at = from;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const add = (kind: Token['kind'], found: string) => tokens.push({ kind, text: found });
  while (at < text.length) {
    if (match(WHITESPACE) !== undefined) continue;
    if (close !== undefined && depth === 0) {
      const sign = text.startsWith(close, at + 1) ? text.charAt(at) : '';
      if (/^[-+]$/.test(sign)) return { tokens, end: at + 3, sign };
      if (text.startsWith(close, at)) return { tokens, end: at + 2, sign: '' };
    }
    const float = match(FLOAT);
    if (float !== undefined) {
      add('float', float.replaceAll('_', ''));
      continue;
    }
    const integer = match(INTEGER);
    if (integer !== undefined) {
      add('integer', integer.replaceAll('_', ''));
      continue;
    }
    const name = match(NAME);
    if (name !== undefined) {
      add('name', name);
      continue;
    }
    const quoted = match(TEXT);
    if (quoted !== undefined) {
      add('text', unescaped(quoted.slice(1, -1)));
      continue;
    }
    const sign = match(SIGN);
    if (sign === undefined) throw new SyntaxFailure(`unexpected ${JSON.stringify(text.charAt(at))}`);
    if (/^[[({]$/.test(sign)) depth += 1;
    else if (/^[\])}]$/.test(sign)) depth -= 1;
    add('sign', sign);
  }
  if (close !== undefined) throw new SyntaxFailure(`${close} is missing`);
  return { tokens, end: at, sign: '' };
}

const ESCAPES: { readonly [sign: string]: string } = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Escapes as in a Python text. */
function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g,
    (whole, x?: string, u?: string, long?: string, octal?: string, sign = '') => {
      const hex = x ?? u ?? long;
      if (hex !== undefined) {
        const code = Number.parseInt(hex, 16);
        if (code > 0x10_ffff) throw new SyntaxFailure('there is no such character');
        return String.fromCodePoint(code);
      }
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      return ESCAPES[sign] ?? whole;
    },
  );
}
