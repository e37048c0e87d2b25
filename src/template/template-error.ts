/**
 * What went wrong in a template, and what its author can do about it. Judges failures of the engine; renders nothing.
 */
import { TemplateFailure, TooMuch, Undefined } from './budget.ts';
import { FILTER_NAMES } from './filters.ts';
import { SyntaxFailure } from './syntax.ts';
import { TEST_NAMES } from './tests.ts';

/** The author's mistake in a template; `message` is fit for a diagnostic's summary. */
export class TemplateError extends Error {
  constructor(
    message: string,
    readonly hint: string,
    /** What is wrong without a word of the template's text, which may be a secret. */
    private readonly brief = message,
  ) {
    super(message);
  }

  withoutText(): TemplateError {
    return new TemplateError(this.brief, this.hint);
  }
}

const FAILS = 'it holds {{ or {%, and as a template it fails';
const PATTERNS = /^regex_|^(?:match|search|regex)$/;

/** What a failure says to the author of the text; a TemplateError already does, and what is none is thrown on. */
export function explainFailure(error: unknown, written: string): unknown {
  const text = shorten(written);
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return new TemplateError(
      `the template ${text} fails: its values are nested too deeply`,
      'nest less',
      FAILS,
    );
  }
  if (error instanceof SyntaxFailure) {
    const hint = 'templates are Jinja: they compute, and nothing else';
    return new TemplateError(`the template ${text} fails: syntax error: ${error.message}`, hint, FAILS);
  }
  if (error instanceof Undefined) {
    const { what, variable } = error;
    const missing = variable === undefined ? `undefined value (${what})` : `undefined variable "${variable}"`;
    return new TemplateError(
      `${missing} in ${text}`,
      'define it in the play, the inventory or with -e, or give it a default: {{ name | default(…) }}',
      variable === undefined ? 'an undefined value' : missing,
    );
  }
  if (error instanceof TooMuch) {
    return new TemplateError(
      `the template ${text} ${error.message}`,
      'compute less in it',
      `its template ${error.message}`,
    );
  }
  if (!(error instanceof TemplateFailure)) return error;
  return new TemplateError(`the template ${text} fails: ${error.message}`, hintFor(error.message), FAILS);
}

function hintFor(message: string): string {
  const [, kind, name = ''] = /^the (filter|test|function) (\S+) is unknown$/.exec(message) ?? [];
  if (PATTERNS.test(name)) {
    return 'patterns are not supported, for they can be made to match for ever: use replace, split, startswith() or "in"';
  }
  if (kind === 'filter') return `filters: ${FILTER_NAMES.join(' ')}`;
  if (kind === 'test') return `tests: ${TEST_NAMES.join(' ')}`;
  if (/of Ansible is not supported$/.test(message)) {
    return 'templates reach nothing outside: write the value, encrypt it, or give it with -e';
  }
  if (/cannot be compared|cannot be computed/.test(message)) {
    return 'make them alike: x | int, x | string; what -e gives as k=v and INI files say is text';
  }
  return 'templates are Jinja: they compute, and nothing else';
}

/** What it is about, on one line; an expression without its braces. */
function shorten(text: string): string {
  const inside = /^\s*\{\{[-+]?([^{}]*?)[-+]?\}\}\s*$/.exec(text)?.[1] ?? text;
  const one = inside
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '?');
  return `"${one.length > 80 ? `${one.slice(0, 77)}…` : one}"`;
}
