/** Takes known secrets out of a text before it is shown, wherever a template or a host has put them. Knows no stream. */

const MASK = '********';
/** Shorter ones would be found in half of all words, and hide nothing by being hidden. */
const MIN_CHARS = 4;
/** Messages cut a long value before this, and put CUT behind it. */
const MAX_BEFORE_CUT = 100;
const CUT = '…';

/**
 * The text with each secret masked, in capitals or not, as it is and as JSON writes it; of a secret with several lines
 * each line; of one that a message cut off its beginning. What was JSON or YAML still is: keys of JSON stay, a value
 * that is a secret becomes a string, and a number that only has the digits of a secret in it is another number.
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
  const whole = new RegExp(`^${secret}$`, 'i');
  // Not a space first: the look behind would go over a long row of them once for each.
  const value = `(?=\\S)(?<=^ *(?:- )?|: )(-?\\d[\\d.eE+-]*|${secret})(?=,?$)`;
  const masked = text.replace(
    new RegExp(`${value}|${secret}(?!":)`, 'gim'),
    (_found, alone: string | undefined) => {
      if (alone === undefined) return MASK;
      return whole.test(alone) ? `"${MASK}"` : alone;
    },
  );
  return hideBeginnings(masked, [...words]);
}

/** Masks the beginning of a secret where the text cuts it off. */
function hideBeginnings(text: string, words: readonly string[]): string {
  const parts = text.split(CUT);
  const last = parts.pop() ?? '';
  const hidden = parts.map((part) => {
    const end = part.slice(-MAX_BEFORE_CUT).toLowerCase();
    const longest = Math.max(0, ...words.map((word) => overlap(end, word.toLowerCase())));
    return longest < MIN_CHARS ? part : `${part.slice(0, part.length - longest)}${MASK}`;
  });
  return [...hidden, last].join(CUT);
}

/** How many characters at the end of one text are the beginning of another. */
function overlap(end: string, word: string): number {
  let length = Math.min(end.length, word.length);
  while (length > 0 && !end.endsWith(word.slice(0, length))) length -= 1;
  return length;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
