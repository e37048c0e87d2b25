/** Is a text nested past what any honest file is? Looks at its signs alone, before anything parses it. */

export const MAX_DEPTH = 64;

/**
 * The first line whose brackets or indentation nest past any honest file, or undefined. Runs before the parser, whose
 * own recursion ends the process on 100,000 open brackets (seen with yaml 2.9). Brackets in quotes are counted too.
 */
export function tooDeep(text: string): number | undefined {
  let depth = 0;
  let line = 1;
  let lead = 0;
  let leading = true;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x0a) {
      line += 1;
      lead = 0;
      leading = true;
    } else if (c === 0x5b || c === 0x7b) {
      depth += 1;
      if (depth > 2 * MAX_DEPTH) return line;
    } else if (c === 0x5d || c === 0x7d) {
      depth = Math.max(0, depth - 1);
    }
    if (leading && (c === 0x20 || c === 0x2d || c === 0x3f || c === 0x3a)) {
      lead += 1;
      if (lead > 8 * MAX_DEPTH) return line;
    } else if (c !== 0x0a) {
      leading = false;
    }
  }
  return undefined;
}
