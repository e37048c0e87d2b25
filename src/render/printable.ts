/**
 * Answers how a text from a host or a playbook is shown so that it can neither move a terminal nor fool its reader.
 * Every such text passes here before it is drawn; nothing here adds colour or cuts anything off.
 */

/**
 * Controls (C0, DEL, C1), lone surrogates, line and paragraph separators, spaces that are not U+0020, everything that
 * has no shape of its own (bidi controls, zero-width characters, tags, variation selectors), and two noncharacters,
 * which XML cannot say and PyYAML does not read.
 */
const DECEPTIVE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufffe\uffff]|(?! )\p{Zs}/gu;
const PLAIN_ASCII = /^[\x20-\x7e]*$/;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line, every deceptive character as a visible escape: `\n`, `\x1b`, `\u202e`, `\u{e0001}`. */
export function printable(text: string): string {
  return escapeDeceptive(text, visibleEscape);
}

/** The same choice of characters for formats with an escape of their own, such as JSON and YAML. */
export function escapeDeceptive(text: string, escapeOne: (character: string) => string): string {
  return PLAIN_ASCII.test(text) ? text : text.replace(DECEPTIVE, escapeOne);
}

function visibleEscape(character: string): string {
  const short = SHORT[character];
  if (short) return short;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}
