/**
 * Turns a value that may hold Jinja into plain data: `{{ … }}` in strings, native types for a string that is one whole
 * expression, variables that themselves hold templates. Throws TemplateError with what to tell the author; knows
 * nothing of files and lines.
 */
import type { Json } from '../model/json.ts';
import { SECRET_NAME } from '../model/secret-name.ts';
import { unsafeText } from '../model/unsafe.ts';
import { Budget } from './budget.ts';
import { Interpreter } from './interpret.ts';
import { parseExpression, parseTemplate } from './parse.ts';
import { plain } from './print.ts';
import type { Expression, Statement } from './syntax.ts';
import { explainFailure, TemplateError } from './template-error.ts';
import type { LazyMap, Value } from './value.ts';

export { TemplateError } from './template-error.ts';
export { LazyMap } from './value.ts';

/** Looks a variable up by name, already evaluated; undefined where there is none. */
export interface Lookup {
  (name: string): Json | undefined;
  /** The variables of other hosts, by host. */
  readonly hostvars?: LazyMap | undefined;
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
  return explained('template', text, lookup, (budget, variables) => {
    const statements = templates.get(text);
    const whole = wholeExpression(statements);
    const known = whole && simpleVariable(whole, lookup);
    if (known !== undefined) return known;
    const interpreter = new Interpreter(variables, budget);
    return whole ? plain(interpreter.value(whole), budget) : interpreter.text(statements);
  });
}

/** A bare expression, as in `when:`; its native value. An undefined variable is an error, never null. */
export function evaluateExpression(expression: string, lookup: Lookup): Json {
  return explained('expression', expression, lookup, (budget, variables) => {
    const parsed = expressions.get(expression);
    const known = simpleVariable(parsed, lookup);
    if (known !== undefined) return known;
    return plain(new Interpreter(variables, budget).value(parsed), budget);
  });
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

/** The expression of a template that is exactly one `{{ … }}` in white space, else undefined. */
function wholeExpression(statements: readonly Statement[]): Expression | undefined {
  let found: Expression | undefined;
  for (const statement of statements) {
    if (statement.kind === 'text' && statement.text.trim() === '') continue;
    if (statement.kind !== 'output' || found) return undefined;
    found = statement.value;
  }
  return found;
}

/** The value where nothing is done with it: it is not copied, however large it is. */
function simpleVariable(expression: Expression, lookup: Lookup): Json | undefined {
  return expression.kind === 'name' && expression.name !== 'hostvars' ? lookup(expression.name) : undefined;
}

function variableOf(lookup: Lookup, name: string): Value | undefined {
  return name === 'hostvars' ? (lookup.hostvars ?? lookup(name)) : lookup(name);
}

/** What a text gave, and the variables that it looked at, in their order. */
interface Result {
  readonly seen: ReadonlyMap<string, Value | undefined>;
  readonly value: Json;
}

/** What all hosts share, and templates go over as a whole. */
const SHARED = ['hostvars', 'groups'];
/** The last result of each text that looked at these: on most hosts it is the same, and each takes as long as there are hosts. */
const results = new Map<string, Result>();
const MAX_RESULTS = 1_000;

/** Whether the text looks at the same values, and so gives the same, on this host. */
function isSame({ seen }: Result, lookup: Lookup): boolean {
  for (const [name, value] of seen) if (variableOf(lookup, name) !== value) return false;
  return true;
}

function explained(
  form: 'template' | 'expression',
  written: string,
  lookup: Lookup,
  work: (budget: Budget, variables: (name: string) => Value | undefined) => Json,
): Json {
  if (written.length > MAX_TEMPLATE_CHARS) {
    throw new TemplateError(
      `a template is longer than ${MAX_TEMPLATE_CHARS} characters`,
      'move the data into variables',
    );
  }
  try {
    const key = `${form} ${written}`;
    const last = results.get(key);
    if (last && isSame(last, lookup)) return last.value;
    const seen = new Map<string, Value | undefined>();
    const value = work(new Budget(), (name) => {
      const found = variableOf(lookup, name);
      seen.set(name, found);
      return found;
    });
    if (SHARED.some((name) => seen.has(name))) {
      if (results.size >= MAX_RESULTS) results.clear();
      results.set(key, { seen, value });
    }
    return value;
  } catch (error) {
    throw explainFailure(error, written);
  }
}

/** Trees by text: the same few templates are evaluated for every host. */
class Remembered<Tree> {
  readonly #trees = new Map<string, Tree>();

  constructor(private readonly parse: (text: string) => Tree) {}

  get(text: string): Tree {
    const known = this.#trees.get(text);
    if (known !== undefined) return known;
    const tree = this.parse(text);
    if (this.#trees.size >= MAX_REMEMBERED) this.#trees.clear();
    if (text.length <= MAX_REMEMBERED_CHARS) this.#trees.set(text, tree);
    return tree;
  }
}

const MAX_REMEMBERED = 10_000;
const MAX_REMEMBERED_CHARS = 1024;
const templates = new Remembered(parseTemplate);
const expressions = new Remembered(parseExpression);
