/** Which of the words that would have been right is near enough to what was written to suggest it? */
import { closest, distance } from 'fastest-levenshtein';

/** Longer words are no slip of the hand, and the distance costs their length squared. */
const MAX_CHARS = 40;

/** The nearest word, or undefined where none is within a third of its length. */
export function closestOf(written: string, words: readonly string[]): string | undefined {
  if (written === '' || written.length > MAX_CHARS) return undefined;
  const nearest = closest(written.toLowerCase(), words);
  return nearest !== undefined &&
    distance(written.toLowerCase(), nearest) <= Math.max(2, Math.floor(nearest.length / 3))
    ? nearest
    : undefined;
}
