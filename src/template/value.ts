/**
 * What values are there in a template, and how do they behave? As Python's: only what is written here can be done with one,
 * and no property of a JavaScript object is ever reached. Reads no template.
 */
import { type Budget, TemplateFailure, Undefined } from './budget.ts';

/** Whatever is neither plain data nor undefined. */
export abstract class Special {
  abstract readonly type: string;
}

/** A float without a fraction, which JavaScript cannot tell from an integer; others are plain numbers. */
export class Float extends Special {
  readonly type = 'float';
  constructor(readonly value: number) {
    super();
  }
}

/** What a name, an attribute or an item is that is not there; whatever is done with it but a few tests is a mistake. */
export class Missing extends Special {
  readonly type = 'undefined';
  /** `name`: of the variable, where it is one that is missing. */
  constructor(
    readonly what: string,
    readonly name?: string,
  ) {
    super();
  }
}

/** An `if` without an `else` that did not hold: as in Jinja it prints as nothing, and is false. */
export class NoElse extends Missing {
  constructor() {
    super('an if without else');
  }
}

export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** A function, a method, a macro. */
export class Callable extends Special {
  readonly type = 'function';
  constructor(
    readonly name: string,
    readonly call: (given: Arguments, budget: Budget) => Value,
  ) {
    super();
  }
}

/** A map whose values are made when they are asked for. */
export abstract class LazyMap extends Special {
  readonly type = 'dict';
  abstract keys(): readonly string[];
  abstract get(key: string): Value | undefined;
}

/** What `namespace()` gives: the one thing that a template can change. */
export class Namespace extends Special {
  readonly type = 'namespace';
  readonly values = new Map<string, Value>();
}

/** Prints in round brackets; otherwise a list. */
export class Tuple extends Array<Value> {}

/** Of `groupby`: what its items have in common, and the items; by place, or as `grouper` and `list`. */
export class Group extends Tuple {}

export type Value = null | boolean | number | string | readonly Value[] | Dict | Special;
/** Keys in the order of their making, but those that are whole numbers, which JavaScript puts first. */
export type Dict = { readonly [key: string]: Value };

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isDict(value: Value): value is Dict {
  return value !== null && typeof value === 'object' && !isList(value) && !(value instanceof Special);
}

export function isNumber(value: Value): value is number | Float {
  return typeof value === 'number' || value instanceof Float;
}

/** Numbers and booleans, which Python counts among them, as the number; undefined for all else. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Float) return value.value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return undefined;
}

export function isFloat(value: Value): boolean {
  return value instanceof Float || (typeof value === 'number' && !Number.isInteger(value));
}

export function float(value: number): number | Float {
  return Number.isInteger(value) || !Number.isFinite(value) ? new Float(value) : value;
}

/** Throws past 2^53, from where numbers are no longer exact. */
export function integer(value: number): number {
  if (Number.isSafeInteger(value)) return value + 0;
  throw new TemplateFailure('a whole number is larger than 2^53');
}

/** Python's word for what it is. */
export function typeName(value: Value): string {
  if (value === null) return 'none';
  if (value instanceof Special) return value.type;
  if (isList(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
  return 'dict';
}

/** The value, which must be there. */
export function need(value: Value): Value {
  if (value instanceof Missing) throw new Undefined(value.what, value.name);
  return value;
}

/** Python's truth. */
export function truth(given: Value): boolean {
  if (given instanceof NoElse) return false;
  const value = need(given);
  if (value === null || value === false || value === '') return false;
  const number = numberOf(value);
  if (number !== undefined) return number !== 0;
  if (isList(value)) return value.length > 0;
  if (value instanceof LazyMap) return value.keys().length > 0;
  if (isDict(value)) for (const _ in value) return true;
  return !isDict(value);
}

export function keysOf(map: Dict | LazyMap): readonly string[] {
  return map instanceof LazyMap ? map.keys() : Object.keys(map);
}

export function entryOf(map: Dict | LazyMap, key: string): Value | undefined {
  if (map instanceof LazyMap) return map.get(key);
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

export function isMap(value: Value): value is Dict | LazyMap {
  return value instanceof LazyMap || isDict(value);
}

/** A map of these entries; as it has no prototype, every word is a key like any other. */
export function dictOf(entries: Iterable<readonly [string, Value]>): Dict {
  const dict = Object.create(null) as Record<string, Value>;
  for (const [key, value] of entries) dict[key] = value;
  return dict;
}

/** The text of a key: those that are numbers are texts here, as in JSON. */
export function keyOf(value: Value): string {
  if (typeof need(value) === 'string') return value as string;
  const number = numberOf(value);
  if (number !== undefined) return String(number);
  if (value === null) return 'null';
  throw new TemplateFailure(`a ${typeName(value)} cannot be a key`);
}

/** Characters as Python counts them. */
export function charactersOf(text: string): readonly string[] {
  return Array.from(text);
}

/** What a loop goes over; undefined for what nothing can go over. */
export function itemsOf(given: Value, budget: Budget): readonly Value[] | undefined {
  const value = need(given);
  if (isList(value)) return value;
  if (typeof value === 'string') {
    budget.spend(value.length);
    return charactersOf(value);
  }
  if (isMap(value)) {
    const keys = keysOf(value);
    budget.spend(keys.length / 16);
    return keys;
  }
  return undefined;
}

export function mustItems(value: Value, budget: Budget): readonly Value[] {
  const items = itemsOf(value, budget);
  if (!items) throw new TemplateFailure(`a ${typeName(value)} is no list`);
  return items;
}

/** Python's ==. */
export function equal(left: Value, right: Value, budget: Budget): boolean {
  budget.spend(1);
  const [a, b] = [need(left), need(right)];
  if (typeof a === 'string' && typeof b === 'string') budget.spend(Math.min(a.length, b.length) / 64);
  if (a === b) return true;
  const [m, n] = [numberOf(a), numberOf(b)];
  if (m !== undefined || n !== undefined) return m === n;
  if (isList(a) && isList(b)) {
    return (
      a.length === b.length &&
      a instanceof Tuple === b instanceof Tuple &&
      a.every((item, index) => equal(item, b[index] as Value, budget))
    );
  }
  if (!isMap(a) || !isMap(b)) return false;
  const keys = keysOf(a);
  return (
    keys.length === keysOf(b).length &&
    keys.every((key) => {
      const [x, y] = [entryOf(a, key), entryOf(b, key)];
      return x !== undefined && y !== undefined && equal(x, y, budget);
    })
  );
}

/** Below 0, 0, above 0. Throws where Python has no order: a text and a number, none and anything. */
export function compare(left: Value, right: Value, budget: Budget): number {
  budget.spend(1);
  const [a, b] = [need(left), need(right)];
  const [m, n] = [numberOf(a), numberOf(b)];
  if (m !== undefined && n !== undefined) return m - n;
  if (typeof a === 'string' && typeof b === 'string') {
    budget.spend(Math.min(a.length, b.length) / 64);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (isList(a) && isList(b) && a instanceof Tuple === b instanceof Tuple) {
    for (let index = 0; index < Math.min(a.length, b.length); index++) {
      const [x, y] = [a[index] as Value, b[index] as Value];
      if (!equal(x, y, budget)) return compare(x, y, budget);
    }
    return a.length - b.length;
  }
  throw new TemplateFailure(`a ${typeName(a)} cannot be compared with a ${typeName(b)}`);
}

/** Python's `in`. */
export function contains(container: Value, item: Value, budget: Budget): boolean {
  const [all, one] = [need(container), need(item)];
  if (typeof all === 'string') {
    if (typeof one !== 'string') throw new TemplateFailure(`a ${typeName(one)} cannot be in a text`);
    budget.spend(all.length / 16);
    return all.includes(one);
  }
  if (isMap(all)) return entryOf(all, keyOf(one)) !== undefined;
  if (isList(all)) return all.some((other) => equal(other, one, budget));
  throw new TemplateFailure(`nothing can be in a ${typeName(all)}`);
}
