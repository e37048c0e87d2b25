/** Filters over maps and over values of any kind. */
import { type Budget, TemplateFailure } from './budget.ts';
import type { Filters } from './filters.ts';
import { Given } from './given.ts';
import { attribute } from './member.ts';
import { pairsOf } from './methods.ts';
import { jsonText } from './print.ts';
import {
  compare,
  type Dict,
  dictOf,
  entryOf,
  isDict,
  isList,
  isMap,
  keyOf,
  keysOf,
  type LazyMap,
  Missing,
  mustItems,
  need,
  truth,
  typeName,
  type Value,
} from './value.ts';

function mapOf(value: Value, what: string): Dict | LazyMap {
  const map = need(value);
  if (!isMap(map)) throw new TemplateFailure(`${what} takes a dict, not a ${typeName(map)}`);
  return map;
}

const fallback: Filters[string] = (value, given) => {
  const args = new Given('default', given, ['default_value', 'boolean']);
  if (value instanceof Missing) return args.has('default_value') ? args.raw('default_value') : '';
  return args.truth('boolean', false) && !truth(value)
    ? args.has('default_value')
      ? args.raw('default_value')
      : ''
    : value;
};

/** Later maps win; `recursive`: maps in maps are combined too. Lists are replaced. */
function combined(maps: readonly (Dict | LazyMap)[], recursive: boolean, take: (size: number) => void): Dict {
  const entries = new Map<string, Value>();
  for (const map of maps) {
    for (const key of keysOf(map)) {
      take(1);
      const [before, now] = [entries.get(key), entryOf(map, key) as Value];
      const both = recursive && before !== undefined && isDict(before) && isDict(now);
      entries.set(key, both ? combined([before as Dict, now as Dict], true, take) : now);
    }
  }
  return dictOf(entries);
}

const json: Filters[string] = (value, given, budget) => {
  if (given.positional.length > 0 || given.named.size > 0)
    throw new TemplateFailure('to_json takes no arguments here');
  return jsonText(value, budget);
};

function sortedKeys(value: Value, budget: Budget): Value {
  budget.take(1);
  if (isList(value)) return value.map((one) => sortedKeys(one, budget));
  if (!isMap(value)) return value;
  const keys = [...keysOf(value)].sort();
  return dictOf(keys.map((key) => [key, sortedKeys(entryOf(value, key) as Value, budget)] as const));
}

export const DATA_FILTERS: Filters = {
  default: fallback,
  d: fallback,
  mandatory: (value, given) => {
    const args = new Given('mandatory', given, ['msg']);
    if (value instanceof Missing && args.has('msg'))
      throw new TemplateFailure(args.text('msg').slice(0, 200));
    return need(value);
  },
  attr: (value, given) => {
    const name = new Given('attr', given, ['name']).text('name');
    // As in Jinja: what is in a map is none of its attributes.
    return isMap(value)
      ? new Missing(`the attribute ${JSON.stringify(name)} of a dict`)
      : attribute(value, name, false);
  },
  items: (value, given, budget) => {
    new Given('items', given, []);
    return pairsOf(mapOf(value, 'items'), budget);
  },
  dictsort: (value, given, budget) => {
    const args = new Given('dictsort', given, ['case_sensitive', 'by', 'reverse']);
    const [caseless, reverse] = [!args.truth('case_sensitive', false), args.truth('reverse', false)];
    const by = args.text('by', 'key');
    if (by !== 'key' && by !== 'value') throw new TemplateFailure('dictsort sorts by key or value');
    const keyFor = (pair: readonly Value[]) => {
      const key = need(pair[by === 'key' ? 0 : 1] as Value);
      return caseless && typeof key === 'string' ? key.toLowerCase() : key;
    };
    const pairs = pairsOf(mapOf(value, 'dictsort'), budget);
    return pairs.sort((a, b) => (reverse ? -1 : 1) * compare(keyFor(a), keyFor(b), budget));
  },
  dict2items: (value, given, budget) => {
    const args = new Given('dict2items', given, ['key_name', 'value_name']);
    const [key, named] = [args.text('key_name', 'key'), args.text('value_name', 'value')];
    return pairsOf(mapOf(value, 'dict2items'), budget).map((pair) =>
      dictOf([
        [key, pair[0] as Value],
        [named, pair[1] as Value],
      ]),
    );
  },
  items2dict: (value, given, budget) => {
    const args = new Given('items2dict', given, ['key_name', 'value_name']);
    const [key, named] = [args.text('key_name', 'key'), args.text('value_name', 'value')];
    return dictOf(
      mustItems(value, budget).map((one) => {
        budget.take(1);
        const map = mapOf(one, 'items2dict');
        const [name, made] = [entryOf(map, key), entryOf(map, named)];
        if (name === undefined || made === undefined) {
          throw new TemplateFailure(`items2dict: an item has no "${name === undefined ? key : named}"`);
        }
        return [keyOf(name), made] as const;
      }),
    );
  },
  combine: (value, { positional, named }, budget) => {
    const args = new Given('combine', { positional: [], named }, ['recursive', 'list_merge']);
    if (args.has('list_merge') && args.text('list_merge') !== 'replace') {
      throw new TemplateFailure('combine replaces lists; list_merge is not supported');
    }
    const maps = [value, ...positional].flatMap((one) => (isList(one) ? one : [one]));
    return combined(
      maps.map((one) => mapOf(one, 'combine')),
      args.truth('recursive', false),
      (size) => budget.take(size),
    );
  },
  to_json: json,
  // Jinja's own sorts, and writes what HTML would take for its own as escapes.
  tojson: (value, given, budget, named) => {
    const text = json(sortedKeys(value, budget), given, budget, named) as string;
    const signs = /[<>&']/g;
    budget.take(text.length);
    return text.replace(signs, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  },
  type_debug: (value) => typeName(value),
};
