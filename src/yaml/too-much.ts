/** Does a text nest deeper, or hold more, than any honest file does? Looks at its signs alone, before anything parses it. */

export const MAX_DEPTH = 64;
/** A JSON inventory of 8 MiB has 900,000; the parser takes about 1 KB of memory for each. */
const MAX_SEPARATORS = 1_000_000;

export const TOO_DEEP = {
  summary: `values are nested deeper than ${MAX_DEPTH} levels`,
  hint: 'flatten the file',
} as const;

const TOO_MANY = {
  summary: 'the file holds more than a million values',
  hint: 'split it, or use a loop over a variable',
} as const;

/** What is wrong, and the line where it became too much. */
export type Excess = (typeof TOO_DEEP | typeof TOO_MANY) & { readonly line: number };

/**
 * Runs before the parser, whose own recursion ends the process on 100,000 open brackets (seen with yaml 2.9), and which
 * takes minutes and gigabytes for millions of values. Brackets and separators in texts are counted too.
 */
export function tooMuch(text: string): Excess | undefined {
  let depth = 0;
  let separators = 0;
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
      separators += 1;
      if (depth > 2 * MAX_DEPTH) return { ...TOO_DEEP, line };
    } else if (c === 0x5d || c === 0x7d) {
      depth = Math.max(0, depth - 1);
    } else if (c === 0x2c || ((c === 0x3a || c === 0x2d || c === 0x3f) && parts(text, i, c))) {
      separators += 1;
    }
    if (separators > MAX_SEPARATORS) return { ...TOO_MANY, line };
    if (leading && (c === 0x20 || c === 0x2d || c === 0x3f || c === 0x3a)) {
      lead += 1;
      if (lead > 8 * MAX_DEPTH) return { ...TOO_DEEP, line };
    } else if (c !== 0x0a) {
      leading = false;
    }
  }
  return undefined;
}

/** `:`, `-` and `?` are signs of their own before a space, and a colon behind a quote, as in JSON. */
function parts(text: string, at: number, sign: number): boolean {
  if (at + 1 >= text.length || text.charCodeAt(at + 1) <= 0x20) return true;
  return sign === 0x3a && text.charCodeAt(at - 1) === 0x22;
}
