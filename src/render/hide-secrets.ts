/** Takes known secrets out of a text before it is shown, wherever a template or a host has put them. Knows no stream. */

const MASK = '********';
/** Shorter ones would be found in half of all words, and hide nothing by being hidden. */
const MIN_CHARS = 4;

/**
 * The text with each secret masked, as it is and as JSON writes it; of a secret with several lines each line. What was
 * JSON or YAML still is: keys of JSON stay, a value that is a secret becomes a string, and a number that only has the
 * digits of a secret in it is another number.
 */
export function hideSecrets(text: string, secrets: Iterable<string>): string {
  const words = new Set<string>();
  for (const secret of secrets) {
    for (const word of [secret, ...secret.split('\n')].map((one) => one.trim())) {
      if ([...word].length < MIN_CHARS) continue;
      words.add(word);
      words.add(JSON.stringify(word).slice(1, -1));
    }
  }
  if (words.size === 0) return text;
  // The longest first: where one secret begins with another, nothing of it may stay.
  const alternatives = [...words].sort((a, b) => b.length - a.length).map(escaped);
  const secret = `(?:${alternatives.join('|')})`;
  // Not a space first: the look behind would go over a long row of them once for each.
  const value = `(?=\\S)(?<=^ *(?:- )?|: )(-?\\d[\\d.eE+-]*|${secret})(?=,?$)`;
  return text.replace(new RegExp(`${value}|${secret}(?!":)`, 'gm'), (_found, whole: string | undefined) => {
    if (whole === undefined) return MASK;
    return words.has(whole) ? `"${MASK}"` : whole;
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
