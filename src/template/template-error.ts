/**
 * What went wrong in a template, and what its author can do about it. Judges messages of the engine; renders nothing.
 */
import { boundIn, type Form, namesIn } from './names.ts';
import { SandboxSpent, spend } from './sandbox.ts';

/** The author's mistake in a template; `message` is fit for a diagnostic's summary. */
export class TemplateError extends Error {
  constructor(
    message: string,
    readonly hint: string,
    /** No further template of this run can be evaluated: collect no more, report this. */
    readonly fatal = false,
    /** What is wrong without a word of the template's text, which may be a secret. */
    private readonly brief = message,
  ) {
    super(message);
  }

  withoutText(): TemplateError {
    return new TemplateError(this.brief, this.hint, this.fatal);
  }
}

/** Jinja's own words, which are never variables. */
export const WORDS = new Set(
  'and or not in is if else for endfor endif elif set true false none True False None defined undefined loop'.split(
    ' ',
  ),
);

/**
 * The engine's own filters. None is added in JavaScript: a filter's argument would be copied out of the sandbox, and a
 * lazy ['a'] * 1000000000 would then be an array that ends the process.
 */
export const FILTERS =
  'abs attr batch bool capitalize chain count default dictsort filesizeformat first float groupby indent int items join last ' +
  'length lines list lower map max min pluralize reject rejectattr replace reverse round select selectattr slice sort ' +
  'split string sum title tojson trim truncate unique upper';

const FAILS = 'it holds {{ or {%, and as a template it fails';

/** WebAssembly's trap: the engine ran out of its memory, or of stack. */
function isTrap(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.constructor.name === 'RuntimeError');
}

/** Whether the engine met a variable that is not there. */
export function isUndefined(error: unknown): boolean {
  return error instanceof Error && /undefined value/.test(error.message.split('\n', 1).join(''));
}

/** What a failure of the engine says to the author of the text; a TemplateError already does. `isKnown`: whether a variable is. */
export function explainFailure(
  error: unknown,
  written: string,
  form: Form,
  isKnown: (name: string) => boolean,
): Error {
  if (error instanceof TemplateError) return error;
  if (error instanceof SandboxSpent)
    return new TemplateError(error.message, 'mend that template first', true);
  if (isTrap(error)) {
    const reason = 'a template used more than 64 MiB of memory and was stopped';
    spend(reason);
    return new TemplateError(`${reason}: ${shorten(written)}`, 'compute less in it', true, reason);
  }
  const text = (error instanceof Error ? error.message : String(error))
    .split('\n', 1)
    .join('')
    .replace(/ \(in <[a-z]+>:\d+\)$/, '');
  if (isUndefined(error)) {
    const missing = unknownNames(written, form, isKnown);
    const what =
      missing.length > 0
        ? `undefined variable ${missing.map((n) => `"${n}"`).join(', ')}`
        : 'an undefined value';
    return new TemplateError(
      `${what} in ${shorten(written)}`,
      'define it in the play, the inventory or with -e, or give it a default: {{ name | default(…) }}',
      false,
      what,
    );
  }
  if (/out of fuel/.test(text)) {
    return new TemplateError(
      `the template ${shorten(written)} computes too long and was stopped`,
      'shorten its loops',
      false,
      'its template computes too long and was stopped',
    );
  }
  if (/unknown filter/.test(text)) {
    const hint = /filter format\b/.test(text)
      ? "pad with text: {{ '0' * (2 - item | string | length) ~ item }}"
      : `filters: ${FILTERS}`;
    return new TemplateError(`the template ${shorten(written)} fails: ${text}`, hint, false, FAILS);
  }
  const ansibles = /^unknown function: (lookup|query|q|url_lookup) is unknown/.exec(text)?.[1];
  if (ansibles !== undefined) {
    const hint = 'templates reach nothing outside: write the value, encrypt it, or give it with -e';
    const what = `${ansibles}() of Ansible is not supported`;
    return new TemplateError(`the template ${shorten(written)} fails: ${what}`, hint, false, what);
  }
  return new TemplateError(
    `the template ${shorten(written)} fails: ${text}`,
    'templates are Jinja: they compute, and nothing else',
    false,
    FAILS,
  );
}

/** Names in a template that neither a variable nor a block of it has. */
export function unknownNames(text: string, form: Form, isKnown: (name: string) => boolean): string[] {
  const bound = form === 'template' ? boundIn(text) : new Set();
  return namesIn(text, form).filter((name) => !WORDS.has(name) && !bound.has(name) && !isKnown(name));
}

function shorten(text: string): string {
  const one = text.trim().replace(/\s+/g, ' ');
  return `"${one.length > 80 ? `${one.slice(0, 77)}…` : one}"`;
}
