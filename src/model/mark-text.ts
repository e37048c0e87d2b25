/** How a description stands behind a mark: written and read here, and known to who looks for secrets. Pure. */

/** Per cent encoding of what `ip -batch` cannot carry inside double quotes, and of the sign itself. */
export function escapeText(text: string): string {
  return text.replace(
    /["'#\\%\u0000-\u001f\u007f-\u009f]/g,
    (c) => `%${(c.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
}

export function unescapeText(text: string): string {
  return text.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}
