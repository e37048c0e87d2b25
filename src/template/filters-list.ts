/** Filters over the items of a list. */
import { type Budget, TemplateFailure } from './budget.ts';
import type { Filter, Filters, Named } from './filters.ts';
import { Given } from './given.ts';
import { attribute, item } from './member.ts';
import { arithmetic } from './operators.ts';
import { str } from './print.ts';
import {
  type Arguments,
  compare,
  contains,
  equal,
  Group,
  isMap,
  keysOf,
  Missing,
  mustItems,
  need,
  Tuple,
  truth,
  type Value,
} from './value.ts';

/** `a.b.0` of a value, as `attribute=` has it; it may be missing. */
function path(value: Value, by: Value, budget: Budget): Value {
  if (typeof by !== 'string') return item(value, by, budget);
  let found = value;
  for (const part of by.split('.')) {
    found = /^\d+$/.test(part) ? item(found, Number(part), budget) : attribute(found, part, false);
  }
  return found;
}

/** How `sort`, `unique`, `max` and so on see an item: by an attribute, and without regard to case. */
function keyFor(args: Given, budget: Budget, caseless: boolean): (value: Value) => Value {
  const by = args.has('attribute') ? args.value('attribute') : null;
  return (value) => {
    const key = by === null ? value : path(value, by, budget);
    return caseless && typeof key === 'string' ? key.toLowerCase() : key;
  };
}

function sorted(
  items: readonly Value[],
  key: (value: Value) => Value,
  reverse: boolean,
  budget: Budget,
): Value[] {
  budget.take(items.length);
  const keyed = items.map((value) => ({ value, key: key(value) }));
  keyed.sort((a, b) => (reverse ? compare(b.key, a.key, budget) : compare(a.key, b.key, budget)));
  return keyed.map(({ value }) => value);
}

/** `sort(attribute='a,b')`. */
function sortKey(args: Given, budget: Budget, caseless: boolean): (value: Value) => Value {
  const by = args.has('attribute') ? args.value('attribute') : null;
  if (typeof by !== 'string' || !by.includes(',')) return keyFor(args, budget, caseless);
  const parts = by.split(',').map((part) => part.trim());
  return (value) =>
    parts.map((part) => {
      const key = path(value, part, budget);
      return caseless && typeof key === 'string' ? key.toLowerCase() : key;
    });
}

/** `map`, `select` and their kin: what is behind the name of a filter or a test. */
function restOf({ positional, named }: Arguments, from: number): Arguments {
  return { positional: positional.slice(from), named };
}

/** As in Jinja nothing is a list of nothing, and so is 0. */
function itemsOrNone(value: Value, budget: Budget): readonly Value[] {
  return truth(value) ? mustItems(value, budget) : [];
}

function choose(keep: boolean, byAttribute: boolean): Filter {
  return (value, given, budget, named) => {
    const [by, test] = byAttribute ? given.positional : [null, given.positional[0]];
    if (by === undefined) throw new TemplateFailure('selectattr and rejectattr need an attribute');
    const rest = restOf(given, byAttribute ? 2 : 1);
    const name = test === undefined ? undefined : need(test);
    if (name !== undefined && typeof name !== 'string')
      throw new TemplateFailure('the name of a test is a text');
    return itemsOrNone(value, budget).filter((one) => {
      budget.take(1);
      const seen = by === null ? one : path(one, need(by), budget);
      return (name === undefined ? truth(seen) : named.test(name, seen, rest)) === keep;
    });
  };
}

function best(above: boolean): Filter {
  return (value, given, budget) => {
    const args = new Given(above ? 'max' : 'min', given, ['case_sensitive', 'attribute']);
    const key = keyFor(args, budget, !args.truth('case_sensitive', false));
    const items = mustItems(value, budget);
    if (items.length === 0) return new Missing('the greatest or least of nothing');
    return items.reduce((one, other) => {
      const order = compare(key(other), key(one), budget);
      return (above ? order > 0 : order < 0) ? other : one;
    });
  };
}

function end(last: boolean): Filter {
  return (value, given, budget) => {
    new Given(last ? 'last' : 'first', given, []);
    const items = mustItems(value, budget);
    return (
      (last ? items.at(-1) : items[0]) ??
      (items.length > 0 ? null : new Missing(`the ${last ? 'last' : 'first'} of nothing`))
    );
  };
}

const length: Filter = (value, given, budget) => {
  new Given('length', given, []);
  const all = need(value);
  if (isMap(all)) return keysOf(all).length;
  return mustItems(all, budget).length;
};

function distinct(items: readonly Value[], key: (value: Value) => Value, budget: Budget): Value[] {
  const texts = new Set<string>();
  const others: Value[] = [];
  return items.filter((one) => {
    budget.take(1);
    const seen = need(key(one));
    if (typeof seen === 'string') {
      if (texts.has(seen)) return false;
      texts.add(seen);
      return true;
    }
    if (others.some((other) => equal(other, seen, budget))) return false;
    others.push(seen);
    return true;
  });
}

/** Of Ansible: two lists, each item once. */
function ofTwo(pick: (one: readonly Value[], other: readonly Value[], budget: Budget) => Value[]): Filter {
  return (value, given, budget) => {
    const args = new Given('the filter', given, ['other']);
    const [one, other] = [mustItems(value, budget), mustItems(args.value('other'), budget)];
    return distinct(pick(one, other, budget), (item) => item, budget);
  };
}

function apply(value: Value, given: Arguments, budget: Budget, named: Named): Value {
  const items = itemsOrNone(value, budget);
  const by = given.named.get('attribute');
  if (by !== undefined) {
    const fallback = given.named.get('default');
    return items.map((one) => {
      budget.take(1);
      const found = path(one, need(by), budget);
      return found instanceof Missing && fallback !== undefined ? fallback : found;
    });
  }
  const [name] = given.positional;
  if (typeof name !== 'string') throw new TemplateFailure('map needs the name of a filter, or attribute=');
  return items.map((one) => {
    budget.take(1);
    return named.filter(name, one, restOf(given, 1));
  });
}

export const LIST_FILTERS: Filters = {
  first: end(false),
  last: end(true),
  length,
  count: length,
  list: (value, given, budget) => {
    new Given('list', given, []);
    const items = mustItems(value, budget);
    budget.take(items.length);
    return [...items];
  },
  join: (value, given, budget) => {
    const args = new Given('join', given, ['d', 'attribute']);
    const by = args.has('attribute') ? args.value('attribute') : null;
    const between = str(args.value('d', ''), budget);
    const texts = mustItems(value, budget).map((one) => {
      const text = str(by === null ? one : path(one, by, budget), budget);
      budget.take(text.length + between.length);
      return text;
    });
    return texts.join(between);
  },
  reverse: (value, given, budget) => {
    new Given('reverse', given, []);
    const items = mustItems(value, budget);
    budget.take(items.length);
    const reversed = [...items].reverse();
    return typeof value === 'string' ? reversed.join('') : reversed;
  },
  sort: (value, given, budget) => {
    const args = new Given('sort', given, ['reverse', 'case_sensitive', 'attribute']);
    const key = sortKey(args, budget, !args.truth('case_sensitive', false));
    return sorted(mustItems(value, budget), key, args.truth('reverse', false), budget);
  },
  unique: (value, given, budget) => {
    const args = new Given('unique', given, ['case_sensitive', 'attribute']);
    const key = keyFor(args, budget, !args.truth('case_sensitive', false));
    return distinct(mustItems(value, budget), key, budget);
  },
  max: best(true),
  min: best(false),
  sum: (value, given, budget) => {
    const args = new Given('sum', given, ['attribute', 'start']);
    const by = args.has('attribute') ? args.value('attribute') : null;
    return mustItems(value, budget).reduce(
      (sum, one) => arithmetic('+', sum, by === null ? one : path(one, by, budget), budget),
      args.value('start', 0),
    );
  },
  map: apply,
  select: choose(true, false),
  reject: choose(false, false),
  selectattr: choose(true, true),
  rejectattr: choose(false, true),
  batch: (value, given, budget) => {
    const args = new Given('batch', given, ['linecount', 'fill_with']);
    const size = args.integer('linecount');
    if (size < 1) throw new TemplateFailure('batch makes parts of at least one');
    const items = mustItems(value, budget);
    budget.take(items.length);
    const parts: Value[][] = [];
    for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
    const last = parts.at(-1);
    const fill = args.has('fill_with') ? args.value('fill_with') : null;
    if (last && fill !== null) {
      budget.take(size);
      while (last.length < size) last.push(fill);
    }
    return parts;
  },
  slice: (value, given, budget) => {
    const args = new Given('slice', given, ['slices', 'fill_with']);
    const count = args.integer('slices');
    if (count < 1) throw new TemplateFailure('slice makes at least one part');
    const items = mustItems(value, budget);
    budget.take(items.length + count);
    const [each, more] = [Math.floor(items.length / count), items.length % count];
    const fill = args.has('fill_with') ? args.value('fill_with') : null;
    let at = 0;
    return Array.from({ length: count }, (_, index): Value => {
      const part: Value[] = items.slice(at, at + each + (index < more ? 1 : 0));
      at += part.length;
      if (fill !== null && index >= more) part.push(fill);
      return part;
    });
  },
  groupby: (value, given, budget) => {
    const args = new Given('groupby', given, ['attribute', 'default', 'case_sensitive']);
    const by = args.value('attribute');
    const key = (one: Value): Value => {
      const found = path(one, by, budget);
      const kept = found instanceof Missing && args.has('default') ? args.value('default') : need(found);
      return typeof kept === 'string' && !args.truth('case_sensitive', false) ? kept.toLowerCase() : kept;
    };
    const groups: { grouper: Value; items: Value[] }[] = [];
    for (const one of sorted(mustItems(value, budget), key, false, budget)) {
      const last = groups.at(-1);
      if (last && equal(last.grouper, key(one), budget)) last.items.push(one);
      else groups.push({ grouper: key(one), items: [one] });
    }
    return groups.map(({ grouper, items }) => {
      const first = path(items[0] as Value, by, budget);
      return Group.of(first instanceof Missing ? grouper : first, items);
    });
  },
  zip: (value, given, budget) => {
    const lists = [value, ...given.positional].map((list) => mustItems(list, budget));
    const size = Math.min(...lists.map((list) => list.length));
    budget.take(size * lists.length);
    return Array.from(
      { length: size },
      (_, at) => Tuple.from(lists.map((list) => list[at] as Value)) as Tuple,
    );
  },
  flatten: (value, given, budget) => {
    const args = new Given('flatten', given, ['levels', 'skip_nulls']);
    const levels = args.integerOrNone('levels') ?? Number.POSITIVE_INFINITY;
    const skip = args.truth('skip_nulls', true);
    const flat = (items: readonly Value[], left: number): Value[] =>
      items.flatMap((one) => {
        budget.take(1);
        if (one === null || one === 'None' || one === 'null') return skip ? [] : [one];
        return Array.isArray(one) && left > 0 ? flat(one as Value[], left - 1) : [one];
      });
    return flat(mustItems(value, budget), levels);
  },
  union: ofTwo((one, other) => [...one, ...other]),
  intersect: ofTwo((one, other, budget) => one.filter((item) => contains(other, item, budget))),
  difference: ofTwo((one, other, budget) => one.filter((item) => !contains(other, item, budget))),
  symmetric_difference: ofTwo((one, other, budget) => [
    ...one.filter((item) => !contains(other, item, budget)),
    ...other.filter((item) => !contains(one, item, budget)),
  ]),
};
