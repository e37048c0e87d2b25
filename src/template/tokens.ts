/**
 * Where is code in a template, and of which tokens does it consist? As minijinja's lexer has it; what is no valid
 * template may come out wrong, for the engine refuses it. Goes over each sign once, whatever the text.
 */

export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'sign';
  readonly text: string;
  /** The index of its first character. */
  readonly at: number;
}

/** What is between the braces, without comments and without what is raw. */
export function* codeOf(text: string): Iterable<string> {
  const opening = /\{([{%#])/g;
  for (let begin = opening.exec(text); begin; begin = opening.exec(text)) {
    const from = opening.lastIndex;
    const end = begin[1] === '#' ? commentEnd(text, from) : codeEnd(text, from, begin[1] === '{' ? '}' : '%');
    opening.lastIndex = end;
    if (begin[1] === '#') continue;
    const code = text.slice(from, end);
    if (begin[1] === '%' && /^[-+]?\s*raw\s*[-+]?$/.test(code)) {
      const after = /\{%[-+]?\s*endraw\b/g;
      after.lastIndex = end;
      if (!after.exec(text)) return;
      opening.lastIndex = after.lastIndex;
    } else yield code;
  }
}

const SPACE = /\s+/y;
const WORD = /[A-Za-z_]\w*|\d[\w.]*|==|[\s\S]/y;

/** The tokens of code, spaces left out. */
export function tokensOf(code: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < code.length; ) {
    const sign = code.charAt(at);
    if (sign === '"' || sign === "'") {
      const end = stringEnd(code, at);
      tokens.push({ kind: 'string', text: code.slice(at, end), at });
      at = end;
      continue;
    }
    SPACE.lastIndex = at;
    if (SPACE.test(code)) {
      at = SPACE.lastIndex;
      continue;
    }
    WORD.lastIndex = at;
    const text = WORD.exec(code)?.[0] ?? sign;
    const kind = /^[A-Za-z_]/.test(text) ? 'name' : /^\d/.test(text) ? 'number' : 'sign';
    tokens.push({ kind, text, at });
    at += text.length;
  }
  return tokens;
}

function commentEnd(text: string, from: number): number {
  const end = text.indexOf('#}', from);
  return end < 0 ? text.length : end + 2;
}

/** The index of `}}` or `%}`: not one in a string, nor one that closes a map. */
function codeEnd(text: string, from: number, sign: '}' | '%'): number {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const one = text.charAt(at);
    if (one === '"' || one === "'") {
      at = stringEnd(text, at);
      continue;
    }
    if (depth === 0 && one === sign && text.charAt(at + 1) === '}') return at;
    if (one === '{') depth += 1;
    else if (one === '}') depth -= 1;
    at += 1;
  }
  return text.length;
}

/** The index behind the string that begins at `at`. */
function stringEnd(text: string, at: number): number {
  const quote = text.charAt(at);
  for (let next = at + 1; next < text.length; next++) {
    const sign = text.charAt(next);
    if (sign === '\\') next += 1;
    else if (sign === quote) return next + 1;
  }
  return text.length;
}
