/** JSON as old versions of `ip` print it → JSON. Knows their two defects and nothing of what is printed. Pure. */

/** A host with 5,000 macvtaps says less; what is broken and longer is no answer. */
const MAX_MENDED_CHARS = 4 * 1024 * 1024;

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;

/**
 * The value, or undefined where the text is no JSON even after mending: `\'` up to 6.0, raw control characters inside
 * strings up to 6.1 at least. (Bytes that are no UTF-8 were replaced when the answer was decoded.)
 */
export function parseMended(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const read = tryParse(trimmed);
  return read === undefined && trimmed.length <= MAX_MENDED_CHARS ? tryParse(mended(trimmed)) : read;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One pass, character by character: a host may say anything, and a pattern that tries again takes minutes for it. */
function mended(text: string): string {
  let whole = '';
  let done = 0;
  let inString = false;
  const replace = (at: number, length: number, by: string) => {
    whole += text.slice(done, at) + by;
    done = at + length;
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) {
      const escaped = text.charCodeAt(at + 1);
      if (escaped === APOSTROPHE) replace(at, 1, '');
      if (escaped >= FIRST_PRINTABLE) at++;
    } else if (code === QUOTE) {
      inString = !inString;
    } else if (inString && code < FIRST_PRINTABLE) {
      replace(at, 1, `\\u${code.toString(16).padStart(4, '0')}`);
    }
  }
  return whole + text.slice(done);
}
