/** How is a value written as text? As Python's `str` and `repr` write it, and as JSON. */
import type { Json } from '../model/json.ts';
import { type Budget, TemplateFailure } from './budget.ts';
import {
  entryOf,
  Float,
  isDict,
  isList,
  keysOf,
  LazyMap,
  NoElse,
  need,
  Special,
  Tuple,
  typeName,
  type Value,
} from './value.ts';

/** As Python's `str`. */
export function str(given: Value, budget: Budget): string {
  if (given instanceof NoElse) return '';
  const value = need(given);
  if (typeof value === 'string') return value;
  const text = repr(value, budget);
  budget.take(text.length);
  return text;
}

/** As in the text around a template: none is nothing, as in Ansible. */
export function printed(value: Value, budget: Budget): string {
  return value === null ? '' : str(value, budget);
}

/** As Python's `repr`, where a text has quotes. */
export function repr(given: Value, budget: Budget): string {
  budget.spend(1);
  const value = need(given);
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return quoted(value, budget);
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : floatText(value);
  if (value instanceof Float) return floatText(value.value);
  if (isList(value)) {
    const items = value.map((item) => repr(item, budget)).join(', ');
    if (value instanceof Tuple) return value.length === 1 ? `(${items},)` : `(${items})`;
    return `[${items}]`;
  }
  if (value instanceof LazyMap || isDict(value)) {
    const pairs = keysOf(value).map((key) => {
      budget.take(key.length);
      return `${quoted(key, budget)}: ${repr(entryOf(value, key) as Value, budget)}`;
    });
    return `{${pairs.join(', ')}}`;
  }
  throw new TemplateFailure(`a ${typeName(value)} has no text`);
}

/** As Python's `repr` of a float: the shortest text that reads back the same, with a point or an exponent. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

function quoted(text: string, budget: Budget): string {
  budget.take(text.length);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = text.replace(/[\\\u0000-\u001f\u007f-\u00a0\u00ad'"]/g, (sign) => {
    if (sign === '\\') return '\\\\';
    if (sign === '\n') return '\\n';
    if (sign === '\r') return '\\r';
    if (sign === '\t') return '\\t';
    if (sign === "'" || sign === '"') return sign === quote ? `\\${sign}` : sign;
    return `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `${quote}${inside}${quote}`;
}

/** The value as plain data, a copy. Throws where it is none. */
export function plain(given: Value, budget: Budget): Json {
  budget.take(1);
  if (given instanceof NoElse) return '';
  const value = need(given);
  if (value instanceof Float) return plainNumber(value.value);
  if (typeof value === 'number') return plainNumber(value);
  if (isList(value)) return value.map((item) => plain(item, budget));
  if (value instanceof LazyMap || isDict(value)) {
    return Object.fromEntries(
      keysOf(value).map((key) => [key, plain(entryOf(value, key) as Value, budget)] as const),
    );
  }
  if (value instanceof Special) throw new TemplateFailure(`a ${value.type} is no data`);
  if (typeof value === 'string') budget.take(value.length);
  return value;
}

function plainNumber(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new TemplateFailure('a number is not finite');
}

/** As Python's `json.dumps` writes it, on one line. */
export function jsonText(given: Value, budget: Budget): string {
  budget.spend(1);
  const value = need(given);
  if (value instanceof Float) return floatText(plainNumber(value.value));
  if (isList(value)) return `[${value.map((item) => jsonText(item, budget)).join(', ')}]`;
  if (value instanceof LazyMap || isDict(value)) {
    const pairs = keysOf(value).map(
      (key) => `${asciiJson(key, budget)}: ${jsonText(entryOf(value, key) as Value, budget)}`,
    );
    return `{${pairs.join(', ')}}`;
  }
  if (typeof value === 'string') return asciiJson(value, budget);
  if (value instanceof Special) throw new TemplateFailure(`a ${value.type} is no data`);
  return typeof value === 'number' ? repr(value, budget) : JSON.stringify(value);
}

function asciiJson(text: string, budget: Budget): string {
  budget.take(text.length);
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
