/**
 * What does one line of ssh_config(5) say? Keyword and arguments, as OpenSSH splits them. Knows no keyword's meaning and
 * reads no files.
 */

export interface ConfigLine {
  /** In lower case. */
  readonly keyword: string;
  /** What follows the keyword and its `=`, comments included: ProxyCommand takes it whole. */
  readonly rest: string;
  /** Counts from 1: where the keyword begins. */
  readonly column: number;
}

/** The line, or undefined where it is empty or a comment. Blanks, or blanks and one `=`, part keyword and arguments. */
export function readLine(line: string): ConfigLine | undefined {
  const text = line.trimEnd();
  const start = skipBlanks(text, 0);
  if (start === text.length || text.charAt(start) === '#') return undefined;
  let end = start;
  while (end < text.length && !/[\s=]/.test(text.charAt(end))) end++;
  let at = skipBlanks(text, end);
  if (text.charAt(at) === '=') at = skipBlanks(text, at + 1);
  return { keyword: text.slice(start, end).toLowerCase(), rest: text.slice(at), column: start + 1 };
}

/**
 * The arguments up to a comment; undefined where a quote is left open. A backslash keeps a quote, a backslash and,
 * outside quotes, a blank; before anything else it stands for itself (seen on OpenSSH 9.2).
 */
export function splitArguments(text: string): readonly string[] | undefined {
  const found: string[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length && text.charAt(at) !== '#') {
    let word = '';
    let quote = '';
    for (; at < text.length; at++) {
      const char = text.charAt(at);
      const next = text.charAt(at + 1);
      if (char === '\\' && (/["'\\]/.test(next) || (quote === '' && next === ' '))) {
        word += next;
        at++;
      } else if (quote === '' && /[ \t]/.test(char)) break;
      else if (quote === '' && /["']/.test(char)) quote = char;
      else if (char === quote) quote = '';
      else word += char;
    }
    if (quote !== '') return undefined;
    found.push(word);
    at = skipBlanks(text, at);
  }
  return found;
}

/** The words of a Match line: here `=` parts words too, and only double quotes quote. Undefined: a quote left open. */
export function splitCriteria(text: string): readonly string[] | undefined {
  const found: string[] = [];
  for (let at = skipBlanks(text, 0); at < text.length && text.charAt(at) !== '#'; at = skipBlanks(text, at)) {
    if (text.charAt(at) === '"') {
      const close = text.indexOf('"', at + 1);
      if (close < 0) return undefined;
      found.push(text.slice(at + 1, close));
      at = close + 1;
      continue;
    }
    const start = at;
    while (at < text.length && !/[\s="]/.test(text.charAt(at))) at++;
    found.push(text.slice(start, at));
    at = skipBlanks(text, at);
    if (text.charAt(at) === '=') at++;
  }
  return found;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}
