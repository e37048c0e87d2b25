/**
 * Answers how a text from a host or a playbook stands in a comment on GitHub so that it is only ever text: no markup, no
 * HTML, no mention, no link. It stands in code and nowhere else: GitHub looks for none of these there. Rules by section
 * of CommonMark 0.31, which GitHub's own Markdown keeps for code.
 */
import { printable } from './printable.ts';

/** Inline code (6.1): fenced by more backticks than are in it; one space at either side is not shown. */
export function codeSpan(text: string): string {
  const shown = printable(text) || '""';
  const fence = '`'.repeat(longestRun(shown) + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/**
 * The same inside a block of HTML such as `<summary>` (4.6, kind 6), where no Markdown is read. Whatever could be a sign
 * of anything is a character reference (2.5), which is never one.
 */
export function codeHtml(text: string): string {
  const escaped = printable(text).replace(/[!-~]/g, (one) =>
    /[\w.,[\]-]/.test(one) ? one : `&#${one.charCodeAt(0)};`,
  );
  return `<code>${escaped}</code>`;
}

/** A block (4.5) that GitHub colours by what its lines begin with. `lines` went through `printable`. */
export function diffBlock(lines: readonly string[]): string {
  const fence = '`'.repeat(lines.reduce((most, line) => Math.max(most, longestRun(line) + 1), 3));
  return `${fence}diff\n${lines.join('\n')}\n${fence}\n`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
