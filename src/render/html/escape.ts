/** Answers how a text from a host is written into a page's source so that it stays text, whatever it says. */
import { escapeDeceptive, printable } from '../printable.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For element content and quoted attributes. */
export function htmlText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/**
 * JSON for a `<script>` of data. Inside one the parser of HTML looks for `</script` and `<!--` only, and both begin with
 * a character that JSON may write as an escape; `>` and `&` are escaped for readers that are no browsers.
 */
export function scriptJson(value: unknown): string {
  return escapeDeceptive(JSON.stringify(value), unitEscape).replace(/[<>&]/g, unitEscape);
}

function unitEscape(text: string): string {
  return Array.from({ length: text.length }, (_, unit) => {
    const code = text.charCodeAt(unit);
    return `\\u${code.toString(16).padStart(4, '0')}`;
  }).join('');
}
