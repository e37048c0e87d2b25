/**
 * Does a name say that what it names is a secret, and what of a broken line may then be shown? What cannot be read has no
 * variables yet: `ansible_password = x` in an INI file is three words, and the third one is the password.
 */

export const SECRET_NAME = /pass|pwd|secret|token|key|credential/i;

/** The words in quotes; where they name a secret, nothing behind the name. */
export function quotedWords(text: string): string {
  const found = SECRET_NAME.exec(text);
  return JSON.stringify(found ? `${text.slice(0, found.index + found[0].length)}…` : text);
}

/** Puts parts of a line in quotes; where the line names a secret, no part of it is shown. The line is searched once. */
export function partsQuoted(line: string): (part: string) => string {
  const secret = SECRET_NAME.test(line);
  return (part) => (secret ? 'a word that is not shown, as the line names a secret,' : JSON.stringify(part));
}
