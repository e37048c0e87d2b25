/**
 * How is a program for a host written here, and what of it is sent? As text with comments and indentation, for people;
 * without them to the host, whose shell reads every character. And how any text becomes a word of it. Pure.
 */

/**
 * The tag of a shell program: backslashes stand as they are, and `\${` is the shell's own `${`. Nothing in it may depend on
 * how a line begins: no here-document and no quoted text with indentation or a `#` there.
 */
export function sh(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw(strings, ...values)
    .replaceAll('\\$', '$')
    .replace(/^[ \t]+/gm, '')
    .replace(/^#.*\n/gm, '');
}

/** Text as one word of a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The kernel takes no single word of 128 KiB or more (MAX_ARG_STRLEN), and not in every shell is `printf` a part of it. */
const WORD_CHARS = 32 * 1024;

/**
 * A line that writes a file of a transaction (lock-program.ts): the shell itself does it, in words that are quoted, for an
 * alias can be any text.
 */
export function put(name: string, lines: readonly string[]): string {
  const words: string[] = [];
  let word: string[] = [];
  let size = 0;
  for (const line of lines) {
    if (size > 0 && size + line.length > WORD_CHARS) {
      words.push(word.join('\n'));
      word = [];
      size = 0;
    }
    word.push(line);
    size += line.length + 1;
  }
  if (word.length > 0) words.push(word.join('\n'));
  return ['put', name, ...words.map(quoted)].join(' ');
}
