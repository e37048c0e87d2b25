/** Takes known secrets out of a text before it is shown, wherever a template or a host has put them. Knows no stream. */

export const MASK = '********';
/** Shorter ones would be found in half of all words, and hide nothing by being hidden. */
const MIN_CHARS = 4;

/**
 * The text with each secret masked, as it is and as JSON writes it; of a secret with several lines each line. What was
 * JSON or YAML still is: keys of JSON stay, a value that is a secret becomes a string, and a number that only has the
 * digits of a secret in it is another number.
 */
export function hideSecrets(text: string, secrets: Iterable<string>): string {
  const words = wordsOf(secrets);
  if (words.size === 0) return text;
  const secret = anyOf(words);
  // Not a space first: the look behind would go over a long row of them once for each.
  const value = `(?=\\S)(?<=^ *(?:- )?|: )(-?\\d[\\d.eE+-]*|${secret})(?=,?$)`;
  return text.replace(new RegExp(`${value}|${secret}(?!":)`, 'gm'), (_found, whole: string | undefined) => {
    if (whole === undefined) return MASK;
    return words.has(whole) ? `"${MASK}"` : whole;
  });
}

/** For many single values that are no document yet: no text is a key, and what is all secret is the mask alone. */
export function valueHider(secrets: Iterable<string>): (value: string) => string {
  const words = wordsOf(secrets);
  if (words.size === 0) return (value) => value;
  const secret = new RegExp(anyOf(words), 'g');
  return (value) => value.replace(secret, MASK);
}

function wordsOf(secrets: Iterable<string>): ReadonlySet<string> {
  const words = new Set<string>();
  for (const secret of secrets) {
    for (const word of [secret, ...secret.split('\n')].map((one) => one.trim())) {
      if ([...word].length < MIN_CHARS) continue;
      words.add(word);
      words.add(JSON.stringify(word).slice(1, -1));
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
