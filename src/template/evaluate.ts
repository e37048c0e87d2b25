/**
 * Turns a value that may hold Jinja into plain data: `{{ … }}` in strings, native types for a string that is one whole
 * expression, variables that themselves hold templates. Throws TemplateError with what to tell the author; knows
 * nothing of files and lines.
 */
import type { Json } from '../model/json.ts';
import { SECRET_NAME } from '../model/secret-name.ts';
import { unsafeText } from '../model/unsafe.ts';
import { hostvarsUse, textsIn } from './hostvars-use.ts';
import { type Form, namesIn } from './names.ts';
import { engine } from './sandbox.ts';
import { renderShared, sharedId } from './shared.ts';
import { explainFailure, isUndefined, TemplateError, unknownNames, WORDS } from './template-error.ts';

export { TemplateError } from './template-error.ts';

/** Looks a variable up by name, already evaluated; undefined where there is none. */
export interface Lookup {
  (name: string): Json | undefined;
  readonly hostvars?: Hostvars | undefined;
}

/** What a template may ask other hosts for. */
export interface HostvarsNeed {
  /** Hosts that are asked for. */
  readonly hosts: readonly string[];
  /** What may be the name of a host that is asked for; so may what their variables say. Most are none. */
  readonly perhaps: readonly string[] | 'all';
  /** What may be the name of a variable; most are none. */
  readonly variables: readonly string[] | 'all';
}

/** `hostvars` as one template needs it. */
export interface Hostvars {
  (
    need: HostvarsNeed,
  ): {
    readonly hosts: Json;
    /** Why a variable is missing that may not be needed. */
    readonly failure: TemplateError | undefined;
  };
  /** The same number: the same answers, whichever host asks. */
  readonly id: number;
}

/** A lookup with some names of its own, which win. */
export function extendLookup(lookup: Lookup, own: { readonly [name: string]: Json }): Lookup {
  const extended = (name: string) => (Object.hasOwn(own, name) ? own[name] : lookup(name));
  return Object.assign(extended, { hostvars: lookup.hostvars });
}

const MAX_TEMPLATE_CHARS = 65_536;
/** Depth of variables that refer to variables; a cycle hits it at once. */
const MAX_REFERENCE_DEPTH = 32;

/** Whether a string holds anything for the engine. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%') || text.includes('{#');
}

/** Every string inside `value` evaluated, but for what is `!unsafe`; other data comes back as it is. */
export function evaluate(value: Json, lookup: Lookup): Json {
  if (typeof value === 'string') return evaluateString(value, lookup);
  if (Array.isArray(value)) return value.map((item: Json) => evaluate(item, lookup));
  if (value !== null && typeof value === 'object') {
    const unsafe = unsafeText(value);
    if (unsafe !== undefined) return unsafe;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, evaluate(item, lookup)]));
  }
  return value;
}

/** One string: a whole expression keeps its type (`"{{ 1500 }}"` is a number), anything else becomes text. */
export function evaluateString(text: string, lookup: Lookup): Json {
  if (!isTemplate(text)) return text;
  const whole = wholeExpression(text);
  return whole === undefined ? render(text, text, 'template', lookup) : evaluateExpression(whole, lookup);
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
  return JSON.parse(render(template, expression, 'expression', lookup)) as Json;
}

/**
 * A lookup over raw variables that evaluates templates in them on first use and remembers the result, as Ansible's
 * lazy variables do. `extra` (loop items and the like) is used as it is and wins. `finish` has the last word on an
 * evaluated value: no template in what it gives is evaluated.
 */
export function lazyLookup(
  raw: (name: string) => Json | undefined,
  extra: { readonly [name: string]: Json } = {},
  finish: (name: string, value: Json) => Json = (_name, value) => value,
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
      const result = finish(name, evaluate(value, lookup));
      known.set(name, result);
      return result;
    } catch (error) {
      throw error instanceof TemplateError && SECRET_NAME.test(name) ? error.withoutText() : error;
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

function render(template: string, written: string, form: Form, lookup: Lookup): string {
  if (written.length > MAX_TEMPLATE_CHARS) {
    throw new TemplateError(
      `a template is longer than ${MAX_TEMPLATE_CHARS} characters`,
      'move the data into variables',
    );
  }
  let failure: TemplateError | undefined;
  const isKnown = (name: string) =>
    name === 'hostvars' ? lookup.hostvars !== undefined : lookup(name) !== undefined;
  try {
    const context = contextFor(written, form, lookup);
    const hostvars = namesIn(written, form).includes('hostvars') ? lookup.hostvars : undefined;
    const key = cacheKey(template, context, hostvars);
    const known = key === undefined ? undefined : rendered.get(key);
    if (known !== undefined) return known;
    if (hostvars) {
      const found = hostvars(hostvarsNeed(written, form, context, lookup));
      context.hostvars = found.hosts;
      failure = found.failure;
    }
    const result = renderShared(engine(), template, context);
    // What failed may be a circle, which is none for the next host.
    if (key !== undefined && !failure && result.length <= MAX_CACHED_CHARS) {
      if (rendered.size >= MAX_CACHED) rendered.clear();
      rendered.set(key, result);
    }
    return result;
  } catch (error) {
    if (failure && isUndefined(error) && unknownNames(written, form, isKnown).length === 0) throw failure;
    throw explainFailure(error, written, form, isKnown);
  }
}

/** Results by template and the values it used: on a fleet most templates give the same on every host. */
const rendered = new Map<string, string>();
const MAX_CACHED = 10_000;
const MAX_CACHED_CHARS = 256;
const MAX_CACHED_TEXT = 1024;

/** Undefined where a value is neither a short scalar nor shared: comparing it could cost as much as rendering. */
function cacheKey(
  template: string,
  context: { readonly [name: string]: Json },
  hostvars: Hostvars | undefined,
): string | undefined {
  if (template.length > MAX_CACHED_TEXT) return undefined;
  let key = hostvars ? `${template}\0${hostvars.id}` : template;
  for (const name of Object.keys(context)) {
    const value = context[name] as Json;
    if (value !== null && typeof value === 'object') {
      const id = sharedId(value);
      if (id === undefined) return undefined;
      key += `\0${name}\0#${id}`;
      continue;
    }
    if (typeof value === 'string' && value.length > MAX_CACHED_CHARS) return undefined;
    key += `\0${name}\0${JSON.stringify(value)}`;
  }
  return key;
}

/** Only the variables that the text uses: copying a whole host's variables costs 100 µs for each 60. */
function contextFor(text: string, form: Form, lookup: Lookup): Record<string, Json> {
  const context: Record<string, Json> = {};
  for (const name of namesIn(text, form)) {
    // As a key it would set the prototype.
    const value = name === '__proto__' ? undefined : lookup(name);
    if (value !== undefined) context[name] = value;
  }
  return context;
}

function hostvarsNeed(text: string, form: Form, context: Record<string, Json>, lookup: Lookup): HostvarsNeed {
  const { words, named, subscripts, more, moreWords } = hostvarsUse(text, form);
  const found = subscripts.flatMap((subscript) => {
    try {
      return textsIn(evaluateExpression(subscript, lookup));
    } catch (error) {
      // The template fails at the same place when it is rendered, unless it does not come that far.
      if (error instanceof TemplateError && !error.fatal) return [];
      throw error;
    }
  });
  const values = Object.values(context);
  const own = values.filter((value) => sharedId(value) === undefined);
  const texts = more === 'values' || moreWords === 'values' ? [...words, ...own.flatMap(textsIn)] : words;
  // What all hosts share is about all of them.
  const all = more === 'any' || (more === 'values' && own.length < values.length);
  return {
    hosts: [...named, ...found],
    perhaps: all ? 'all' : more === 'values' ? texts : [],
    variables: moreWords === 'any' ? 'all' : moreWords === 'values' ? texts : words,
  };
}
