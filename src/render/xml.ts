/**
 * Answers how an element is written in XML 1.0 (W3C, fifth edition; sections in brackets), whatever its texts hold: a
 * character that XML has no way to say (2.2) becomes a visible escape. No declaration of types, no namespaces.
 */
import { printable } from './printable.ts';

export type Attributes = Readonly<Record<string, string | number>>;

/** Children that are elements, each on its line; or lines of text. Names are ours: they are not checked. */
export function element(
  name: string,
  attributes: Attributes,
  content: { readonly children?: readonly string[]; readonly lines?: readonly string[] } = {},
): string {
  const start = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(String(value))}"`),
  ].join(' ');
  const { children = [], lines = [] } = content;
  if (lines.length > 0) return `<${start}>${lines.map(escaped).join('\n')}</${name}>`;
  if (children.length === 0) return `<${start}/>`;
  return `<${start}>\n${children.join('\n')}\n</${name}>`;
}

export function document(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** [2.4]: `>` too, for `]]>` may not stand in text. `printable` leaves nothing of what [2.2] forbids. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"]/g, (one) => REFERENCES[one] ?? one);
}
