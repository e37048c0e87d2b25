/**
 * How is a program for a host written here, and what of it is sent? As text with comments and indentation, for people;
 * without them to the host, whose shell reads every character. Pure.
 */

/**
 * The tag of a shell program: backslashes stand as they are, and `\${` is the shell's own `${`. Nothing in it may depend on
 * how a line begins: no here-document and no quoted text with indentation or a `#` there.
 */
export function sh(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw(strings, ...values)
    .replaceAll('\\$', '$')
    .replace(/^[ \t]+/gm, '')
    .replace(/^#.*\n/gm, '');
}
