/** Takes known secrets out of a text before it is shown, wherever a template or a host has put them. Knows no stream. */

const MASK = '********';
/** Shorter ones would be found in half of all words, and hide nothing by being hidden. */
const MIN_CHARS = 4;

/**
 * The text with each secret masked, as it is and as JSON writes it; of a secret with several lines each line. Keys of
 * JSON stay, so that a password that is a common word does not spoil a report.
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
  return text.replace(new RegExp(`(?:${alternatives.join('|')})(?!":)`, 'g'), MASK);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
