/**
 * Turns a value that may hold Jinja into plain data: `{{ … }}` in strings, native types for a string that is one whole
 * expression, variables that themselves hold templates. Throws TemplateError with what to tell the author; knows
 * nothing of files and lines.
 */
import type { Json } from '../model/json.ts';
import { engine, SandboxSpent, spend } from './sandbox.ts';

/** The author's mistake in a template; `message` is fit for a diagnostic's summary. */
export class TemplateError extends Error {
  constructor(
    message: string,
    readonly hint: string,
    /** No further template of this run can be evaluated: collect no more, report this. */
    readonly fatal = false,
  ) {
    super(message);
  }
}

/** Looks a variable up by name, already evaluated; undefined where there is none. */
export interface Lookup {
  (name: string): Json | undefined;
  readonly hostvars?: Hostvars | undefined;
}

/** `hostvars` as one template needs it: the words of its text, and the values it uses, say which hosts and variables. */
export type Hostvars = (words: readonly string[], values: Json) => Json;

/** A lookup with some names of its own, which win. */
export function extendLookup(lookup: Lookup, own: { readonly [name: string]: Json }): Lookup {
  const extended = (name: string) => (Object.hasOwn(own, name) ? own[name] : lookup(name));
  return Object.assign(extended, { hostvars: lookup.hostvars });
}

const MAX_TEMPLATE_CHARS = 65_536;
/** Depth of variables that refer to variables; a cycle hits it at once. */
const MAX_REFERENCE_DEPTH = 32;

/** Jinja's own words, which are never variables. */
const WORDS = new Set(
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

/** Whether a string holds anything for the engine. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%') || text.includes('{#');
}

/** Every string inside `value` evaluated; other data comes back as it is. */
export function evaluate(value: Json, lookup: Lookup): Json {
  if (typeof value === 'string') return evaluateString(value, lookup);
  if (Array.isArray(value)) return value.map((item: Json) => evaluate(item, lookup));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, evaluate(item, lookup)]));
  }
  return value;
}

/** One string: a whole expression keeps its type (`"{{ 1500 }}"` is a number), anything else becomes text. */
export function evaluateString(text: string, lookup: Lookup): Json {
  if (!isTemplate(text)) return text;
  const whole = wholeExpression(text);
  return whole === undefined ? render(text, text, lookup) : evaluateExpression(whole, lookup);
}

/** A bare expression, as in `when:`; its native value. An undefined variable is an error, never null. */
export function evaluateExpression(expression: string, lookup: Lookup): Json {
  const name = expression.trim();
  if (/^[A-Za-z_]\w*$/.test(name) && !WORDS.has(name)) {
    const value = lookup(name);
    if (value !== undefined) return value;
  }
  // Serialised inside the sandbox: handing a value over as a JavaScript object would copy a lazy
  // ['a'] * 1000000000 into an array and end the process. The middle part makes an undefined value an error.
  const template =
    `{%- set __value = (${expression}\n) -%}` +
    '{%- if __value is undefined %}{{ __value }}{% endif -%}{{ __value | tojson }}';
  return JSON.parse(render(template, expression, lookup)) as Json;
}

/**
 * A lookup over raw variables that evaluates templates in them on first use and remembers the result, as Ansible's
 * lazy variables do. `extra` (loop items and the like) is used as it is and wins.
 */
export function lazyLookup(
  raw: (name: string) => Json | undefined,
  extra: { readonly [name: string]: Json } = {},
): Lookup {
  const known = new Map<string, Json | undefined>();
  let depth = 0;
  const lookup: Lookup = (name) => {
    if (Object.hasOwn(extra, name)) return extra[name];
    if (known.has(name)) return known.get(name);
    const value = raw(name);
    if (value === undefined) return undefined;
    if (depth >= MAX_REFERENCE_DEPTH) {
      throw new TemplateError(
        `the variable "${name}" refers to itself, through other variables or directly`,
        'break the circle',
      );
    }
    depth += 1;
    try {
      const result = evaluate(value, lookup);
      known.set(name, result);
      return result;
    } finally {
      depth -= 1;
    }
  };
  return lookup;
}

/** The expression of a string that is exactly one `{{ … }}`, else undefined. */
function wholeExpression(text: string): string | undefined {
  const match = /^\s*\{\{[-+]?([\s\S]*?)[-+]?\}\}\s*$/.exec(text);
  const inner = match?.[1];
  if (inner === undefined || inner.includes('{{') || inner.includes('}}') || inner.includes('{%'))
    return undefined;
  return inner;
}

function render(template: string, written: string, lookup: Lookup): string {
  if (written.length > MAX_TEMPLATE_CHARS) {
    throw new TemplateError(
      `a template is longer than ${MAX_TEMPLATE_CHARS} characters`,
      'move the data into variables',
    );
  }
  try {
    const context = contextFor(written, lookup);
    const key = cacheKey(template, context);
    const known = key === undefined ? undefined : rendered.get(key);
    if (known !== undefined) return known;
    const result = engine().renderStr(template, context);
    if (key !== undefined && result.length <= MAX_CACHED_CHARS) {
      if (rendered.size >= MAX_CACHED) rendered.clear();
      rendered.set(key, result);
    }
    return result;
  } catch (error) {
    throw translate(error, written, lookup);
  }
}

/** Results by template and the values it used: on a fleet most templates give the same on every host. */
const rendered = new Map<string, string>();
const MAX_CACHED = 10_000;
const MAX_CACHED_CHARS = 256;
const MAX_CACHED_TEXT = 1024;

/** Undefined where a value is no short scalar: comparing it could cost as much as rendering. */
function cacheKey(template: string, context: { readonly [name: string]: Json }): string | undefined {
  if (template.length > MAX_CACHED_TEXT) return undefined;
  let key = template;
  for (const name of Object.keys(context)) {
    const value = context[name];
    if (value !== null && typeof value === 'object') return undefined;
    if (typeof value === 'string' && value.length > MAX_CACHED_CHARS) return undefined;
    key += `\0${name}\0${JSON.stringify(value)}`;
  }
  return key;
}

/** The names in a text, each once; found once for each text, for the same few are evaluated for every host. */
function namesIn(text: string): readonly string[] {
  const known = names.get(text);
  if (known) return known;
  const found = [...new Set(Array.from(text.matchAll(/[A-Za-z_][A-Za-z0-9_]*/g), ([name]) => name))];
  if (names.size >= MAX_CACHED) names.clear();
  // `__proto__` as a key of the context would set its prototype.
  const usable = found.filter((name) => name !== '__proto__');
  if (text.length <= MAX_CACHED_TEXT) names.set(text, usable);
  return usable;
}

const names = new Map<string, readonly string[]>();

/** Only the variables whose names occur in the text: copying a whole host's variables costs 100 µs for each 60. */
function contextFor(text: string, lookup: Lookup): Record<string, Json> {
  const context: Record<string, Json> = {};
  for (const name of namesIn(text)) {
    const value = lookup(name);
    if (value !== undefined) context[name] = value;
  }
  if (lookup.hostvars && text.includes('hostvars')) {
    const words = text.match(/[\p{L}\p{N}_.:-]+/gu) ?? [];
    const parts = words.flatMap((word) => [word, ...word.split('.')]);
    context.hostvars = lookup.hostvars([...new Set(parts)], Object.values(context));
  }
  return context;
}

/** WebAssembly's trap: the engine ran out of its memory, or of stack. */
function isTrap(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.constructor.name === 'RuntimeError');
}

function translate(error: unknown, written: string, lookup: Lookup): Error {
  if (error instanceof TemplateError) return error;
  if (error instanceof SandboxSpent)
    return new TemplateError(error.message, 'mend that template first', true);
  if (isTrap(error)) {
    const reason = 'a template used more than 64 MiB of memory and was stopped';
    spend(reason);
    return new TemplateError(`${reason}: ${shorten(written)}`, 'compute less in it', true);
  }
  const text = (error instanceof Error ? error.message : String(error))
    .split('\n', 1)
    .join('')
    .replace(/ \(in <[a-z]+>:\d+\)$/, '');
  if (/undefined value/.test(text)) {
    const missing = unknownNames(written, lookup);
    const what =
      missing.length > 0
        ? `undefined variable ${missing.map((n) => `"${n}"`).join(', ')}`
        : 'an undefined value';
    return new TemplateError(
      `${what} in ${shorten(written)}`,
      'define it in the play, the inventory or with -e, or give it a default: {{ name | default(…) }}',
    );
  }
  if (/out of fuel/.test(text)) {
    return new TemplateError(
      `the template ${shorten(written)} computes too long and was stopped`,
      'shorten its loops',
    );
  }
  if (/unknown filter/.test(text)) {
    const hint = /filter format\b/.test(text)
      ? "pad with text: {{ '0' * (2 - item | string | length) ~ item }}"
      : `filters: ${FILTERS}`;
    return new TemplateError(`the template ${shorten(written)} fails: ${text}`, hint);
  }
  return new TemplateError(
    `the template ${shorten(written)} fails: ${text}`,
    'templates are Jinja: they compute, and nothing else',
  );
}

/** Names used in the expressions of a template that no variable has; a guess for the message, never a decision. */
function unknownNames(text: string, lookup: Lookup): string[] {
  const code = isTemplate(text)
    ? [...text.matchAll(/\{[{%]([\s\S]*?)[}%]\}/g)].map((m) => m[1]).join(' ')
    : text;
  const bare = code.replace(/'[^']*'|"[^"]*"/g, ' ');
  const names = [...bare.matchAll(/(?<![.\w|]\s{0,4})\b[A-Za-z_]\w*\b(?!\s*[(=])/g)].map((m) => m[0]);
  const known = (name: string) => WORDS.has(name) || (name === 'hostvars' && lookup.hostvars !== undefined);
  return [...new Set(names)].filter((name) => !known(name) && lookup(name) === undefined);
}

function shorten(text: string): string {
  const one = text.trim().replace(/\s+/g, ' ');
  return `"${one.length > 80 ? `${one.slice(0, 77)}…` : one}"`;
}
