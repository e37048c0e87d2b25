/** What is said of a text that is no YAML, and what its author can do about it? Judges the parser's errors; parses nothing. */

/** As the parser has it. */
export interface ParserError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

interface Said {
  readonly summary: string;
  readonly hint: string;
}

export const KNOWN_TAG = /^!(?:unsafe|vault|vault-encrypted)$/;

/** Those that mean nothing: the text behind one is not what its author means it to be. */
export function isUnknownTag({ code, message }: Omit<ParserError, 'pos'>): boolean {
  return code === 'TAG_RESOLVE_FAILED' && !KNOWN_TAG.test(message.replace(/^Unresolved tag: /, ''));
}

export const UNKNOWN_TAG: Said = {
  summary: 'not valid YAML: an unknown tag, which is what a word that begins with "!" is',
  hint: 'put quotes round a text that begins with "!"; the tags known are !vault and !unsafe',
};

/**
 * Of the first error of a text: those behind it are mostly its echo. Without the text that the parser's message is
 * about: that may be a password which begins like YAML.
 */
export function brokenYaml({ code, message, pos }: ParserError, text: string): Said {
  const [what = ''] = message.split(/: |\n/);
  const line = text.slice(text.lastIndexOf('\n', pos[0] - 1) + 1, pos[0]);
  return { summary: `not valid YAML: ${what}`, hint: hintFor(code, message, line) };
}

/** `before`: what stands before the error on its line. */
function hintFor(code: string, message: string, before: string): string {
  if (/\btabs?\b/i.test(message) || /^\s*\t/.test(before)) return 'indent with spaces, never tabs';
  if (/^Missing closing .quote/.test(message)) return 'a quote before it is opened and never closed';
  if (code === 'BAD_SCALAR_START') return 'a value that begins with this sign needs quotes';
  if (/\bflow\b/i.test(message) || isInFlow(before)) return IN_FLOW;
  if (/\{\{|\{%/.test(before)) return 'a value that begins with {{ needs quotes round all of it';
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return `a value that holds ": " needs quotes; ${COLUMNS}`;
  if (code === 'BAD_INDENT') return COLUMNS;
  if (code === 'MISSING_CHAR' || code === 'MULTILINE_IMPLICIT_KEY')
    return `a key is followed by a colon and a space, as in "name: web0"; ${COLUMNS}`;
  return 'a value needs quotes, round all of it, where it begins with a sign of YAML such as { [ & * | or holds ": "';
}

const COLUMNS = 'keys of one map begin in one column';
const IN_FLOW =
  'inside { } and [ ] a value that holds [, {, {{ or ": ", or begins with |, needs quotes; close each bracket';

function isInFlow(before: string): boolean {
  const count = (sign: RegExp) => before.match(sign)?.length ?? 0;
  return count(/[[{]/g) > count(/[\]}]/g);
}
