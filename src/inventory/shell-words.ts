/** Splits a string into words as a POSIX shell does: quotes and backslashes, and nothing that a shell would run. */

/** The words, or undefined where a quote or backslash is left open. */
export function shellWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'") {
      const close = text.indexOf("'", at + 1);
      if (close < 0) return undefined;
      word = (word ?? '') + text.slice(at + 1, close);
      at = close;
    } else if (char === '"') {
      word ??= '';
      for (at++; text.charAt(at) !== '"'; at++) {
        if (at >= text.length) return undefined;
        if (text.charAt(at) === '\\' && /["\\$`]/.test(text.charAt(at + 1))) at++;
        word += text.charAt(at);
      }
    } else if (char === '\\') {
      if (at + 1 >= text.length) return undefined;
      word = (word ?? '') + text.charAt(++at);
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}
