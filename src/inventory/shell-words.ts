/** Splits a string into words as Python's `shlex.split` does, which Ansible uses wherever it reads a line of arguments. */

export interface ShellWord {
  readonly text: string;
  /** Where the word begins, counted from 0. */
  readonly at: number;
}

/** The words, or undefined where a quote or backslash is left open. */
export function shellWords(text: string): readonly string[] | undefined {
  // A fleet has the same arguments for thousands of hosts.
  if (!known.has(text)) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, splitWords(text));
  }
  return known.get(text);
}

const MOST_KNOWN = 64;
const known = new Map<string, readonly string[] | undefined>();

function splitWords(text: string): readonly string[] | undefined {
  return splitShell(text)?.map((word) => word.text);
}

/** With `comments` a `#` outside quotes ends the line, in the middle of a word too (seen in Python 3.11). */
export function splitShell(text: string, { comments = false } = {}): readonly ShellWord[] | undefined {
  const words: ShellWord[] = [];
  let word: string | undefined;
  let from = 0;
  const add = (some: string, at: number) => {
    if (word === undefined) from = at;
    word = (word ?? '') + some;
  };
  const end = () => {
    if (word !== undefined) words.push({ text: word, at: from });
    word = undefined;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (/[ \t\r\n]/.test(char)) end();
    else if (comments && char === '#') break;
    else if (char === "'") {
      const close = text.indexOf("'", at + 1);
      if (close < 0) return undefined;
      add(text.slice(at + 1, close), at);
      at = close;
    } else if (char === '"') {
      const quoted = doubleQuoted(text, at + 1);
      if (!quoted) return undefined;
      add(quoted.text, at);
      at = quoted.close;
    } else if (char === '\\') {
      if (at + 1 >= text.length) return undefined;
      add(text.charAt(at + 1), at);
      at++;
    } else add(char, at);
  }
  end();
  return words;
}

/** Inside double quotes a backslash takes the meaning from `"` and `\` alone. */
function doubleQuoted(
  text: string,
  from: number,
): { readonly text: string; readonly close: number } | undefined {
  let value = '';
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') return { text: value, close: at };
    if (char === '\\' && /["\\]/.test(text.charAt(at + 1))) value += text.charAt(++at);
    else value += char;
  }
  return undefined;
}
