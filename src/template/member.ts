/** What is `value.name`, `value[key]` and `value[a:b]`? As Jinja looks it up, but that nothing of JavaScript is found. */
import { type Budget, TemplateFailure } from './budget.ts';
import { dictMethod, listMethod, textMethod } from './methods.ts';
import {
  charactersOf,
  entryOf,
  Group,
  isFloat,
  isList,
  isMap,
  keyOf,
  Missing,
  Namespace,
  need,
  numberOf,
  Tuple,
  typeName,
  type Value,
} from './value.ts';

/** `called`: a method comes before a key of the same name; where it is not called nobody means the method. */
export function attribute(of: Value, name: string, called: boolean): Value {
  // As in Ansible: nosuch.more | default(1).
  if (of instanceof Missing) return of;
  const method = methodOf(of, name);
  if (called && method) return method;
  if (isMap(of)) {
    const value = entryOf(of, name);
    if (value !== undefined) return value;
  }
  if (of instanceof Namespace) {
    const value = of.values.get(name);
    if (value !== undefined) return value;
  }
  if (of instanceof Group && (name === 'grouper' || name === 'list'))
    return of[name === 'list' ? 1 : 0] as Value;
  return method ?? new Missing(`${JSON.stringify(name)} of a ${typeName(of)}`);
}

function methodOf(of: Value, name: string): Value | undefined {
  if (typeof of === 'string') return textMethod(of, name);
  if (isList(of)) return listMethod(of, name);
  return isMap(of) ? dictMethod(of, name) : undefined;
}

export function item(of: Value, key: Value, budget: Budget): Value {
  if (of instanceof Missing) return of;
  const index = numberOf(need(key));
  if (isMap(of)) {
    const value = entryOf(of, keyOf(key));
    if (value !== undefined) return value;
    if (typeof key === 'string')
      return dictMethod(of, key) ?? new Missing(`${JSON.stringify(key)} of a dict`);
    return new Missing('an entry of a dict');
  }
  if (typeof of === 'string' || isList(of)) {
    if (index === undefined || isFloat(key)) {
      return typeof key === 'string'
        ? attribute(of, key, false)
        : new Missing(`an item of a ${typeName(of)}`);
    }
    if (typeof of === 'string') budget.spend(of.length / 16);
    const items = typeof of === 'string' ? charactersOf(of) : of;
    const value = items[index < 0 ? items.length + index : index];
    return (
      value ?? (items.length > 0 && value === null ? null : new Missing(`item ${index} of a ${typeName(of)}`))
    );
  }
  return typeof key === 'string' ? attribute(of, key, false) : new Missing(`an item of a ${typeName(of)}`);
}

/** Bounds as Python has them: below 0 from the end, undefined or none where there is none. */
export function slice(of: Value, bounds: readonly (Value | undefined)[], budget: Budget): Value {
  const value = need(of);
  if (typeof value !== 'string' && !isList(value))
    throw new TemplateFailure(`a ${typeName(value)} has no parts`);
  const items: readonly Value[] = typeof value === 'string' ? charactersOf(value) : value;
  budget.take(items.length);
  const [start, stop, step = 1] = bounds.map((bound) => {
    if (bound === undefined || need(bound) === null) return undefined;
    const number = numberOf(bound);
    if (number === undefined || isFloat(bound))
      throw new TemplateFailure('the bounds of a part are whole numbers');
    return number;
  });
  if (step === 0) throw new TemplateFailure('a part with a step of 0 has no end');
  const found = picked(items, start, stop, step);
  if (typeof value === 'string') return found.join('');
  return value instanceof Tuple ? Tuple.from(found) : found;
}

function picked(
  items: readonly Value[],
  start: number | undefined,
  stop: number | undefined,
  step: number,
): Value[] {
  const { length } = items;
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const at = (bound: number) => Math.max(low, Math.min(high, bound < 0 ? bound + length : bound));
  const from = start === undefined ? (step > 0 ? low : high) : at(start);
  const to = stop === undefined ? (step > 0 ? high : low) : at(stop);
  const found: Value[] = [];
  for (let index = from; step > 0 ? index < to : index > to; index += step) found.push(items[index] as Value);
  return found;
}
