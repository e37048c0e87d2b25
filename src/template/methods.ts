/** Which methods have texts, lists and maps in a template? Those of Python that change nothing. */
import { type Budget, TemplateFailure } from './budget.ts';
import { braceFormat } from './format.ts';
import { Given } from './given.ts';
import {
  type Arguments,
  Callable,
  charactersOf,
  type Dict,
  entryOf,
  equal,
  isList,
  keyOf,
  keysOf,
  type LazyMap,
  mustItems,
  Tuple,
  typeName,
  type Value,
} from './value.ts';

type Method<Of> = (of: Of, given: Arguments, budget: Budget) => Value;
type Methods<Of> = { readonly [name: string]: Method<Of> };

function methodsOf<Of>(methods: Methods<Of>): (of: Of, name: string) => Callable | undefined {
  return (of, name) => {
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    return (
      method &&
      new Callable(name, (given, budget) => {
        budget.look(of);
        return method(of, given, budget);
      })
    );
  };
}

/** A method that is given nothing. */
const simple =
  <Of>(work: (of: Of, budget: Budget) => Value): Method<Of> =>
  (of, given, budget) => {
    new Given('a method', given, []);
    return work(of, budget);
  };

const textOnly = (work: (text: string) => string | boolean) =>
  simple<string>((text, budget) => {
    budget.take(text.length);
    return work(text);
  });

const cased = (text: string) => text.toLowerCase() !== text.toUpperCase();

export function title(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => {
    const [first = '', ...rest] = charactersOf(word);
    return first.toUpperCase() + rest.join('').toLowerCase();
  });
}

export function capitalized(text: string): string {
  const [first = '', ...rest] = charactersOf(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
}

/** Without the signs at its ends; without signs given white space. */
export function stripped(text: string, signs: string | undefined, start: boolean, end: boolean): string {
  const characters = charactersOf(text);
  const strip = (sign: string | undefined) =>
    sign !== undefined && (signs === undefined ? /^\s$/u.test(sign) : signs.includes(sign));
  let from = 0;
  let to = characters.length;
  while (start && from < to && strip(characters[from])) from += 1;
  while (end && to > from && strip(characters[to - 1])) to -= 1;
  return characters.slice(from, to).join('');
}

function stripMethod(start: boolean, end: boolean): Method<string> {
  return (text, given, budget) => {
    const args = new Given('strip', given, ['chars']);
    budget.take(text.length);
    const signs = args.has('chars') && args.value('chars') !== null ? args.text('chars') : undefined;
    return stripped(text, signs, start, end);
  };
}

/** Python's `split`: by white space where there is no separator. */
export function splitText(
  text: string,
  separator: string | undefined,
  most: number,
  budget: Budget,
): string[] {
  if (separator === '') throw new TemplateFailure('split by an empty text gives no end');
  const parts: string[] = [];
  let rest = separator === undefined ? text.trimStart() : text;
  for (;;) {
    budget.take(1);
    const space = separator === undefined ? /\s+/.exec(rest) : undefined;
    const at = separator === undefined ? (space?.index ?? -1) : rest.indexOf(separator);
    if (at < 0 || (most >= 0 && parts.length >= most)) break;
    budget.spend(at / 64);
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + (separator ?? space?.[0] ?? '').length);
  }
  if (separator !== undefined || rest !== '') parts.push(rest);
  return parts;
}

/** Where `part` is, from the left or the right, between two bounds. */
function placeMethod(fromRight: boolean, must: boolean): Method<string> {
  return (text, given, budget) => {
    const args = new Given('find', given, ['sub', 'start', 'end']);
    budget.spend(text.length / 16);
    const [start, end] = boundsOf(text.length, args.integerOrNone('start'), args.integerOrNone('end'));
    const part = text.slice(start, end);
    const found = fromRight ? part.lastIndexOf(args.text('sub')) : part.indexOf(args.text('sub'));
    if (found < 0 && must) throw new TemplateFailure('the text that is looked for is not in it');
    return found < 0 ? -1 : found + start;
  };
}

function boundsOf(length: number, start = 0, end = length): [number, number] {
  const at = (bound: number) => Math.max(0, Math.min(length, bound < 0 ? bound + length : bound));
  return [at(start), at(end)];
}

function affixMethod(has: (text: string, affix: string) => boolean): Method<string> {
  return (text, given) => {
    const affix = new Given('startswith', given, ['prefix']).value('prefix');
    const all = isList(affix) ? affix : [affix];
    return all.some((one) => {
      if (typeof one !== 'string')
        throw new TemplateFailure(`a text cannot begin or end with a ${typeName(one)}`);
      return has(text, one);
    });
  };
}

export function justified(
  text: string,
  width: number,
  fill: string,
  side: 'left' | 'right' | 'center',
  budget: Budget,
): string {
  if (charactersOf(fill).length !== 1)
    throw new TemplateFailure('what a text is filled up with is one character');
  const missing = width - charactersOf(text).length;
  if (missing <= 0) return text;
  budget.take(text.length + missing);
  if (side === 'left') return text + fill.repeat(missing);
  if (side === 'right') return fill.repeat(missing) + text;
  // As CPython rounds: to the left where both are odd.
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

const justify =
  (side: 'left' | 'right' | 'center'): Method<string> =>
  (text, given, budget) => {
    const args = new Given('a method', given, ['width', 'fillchar']);
    return justified(text, args.integer('width'), args.text('fillchar', ' '), side, budget);
  };

export function replaced(text: string, from: string, to: string, most: number, budget: Budget): string {
  if (most < 0) {
    const parts = text.split(from);
    budget.take(text.length + parts.length * to.length);
    return from === '' ? to + parts.map((part) => part + to).join('') : parts.join(to);
  }
  if (from === '') throw new TemplateFailure('an empty text cannot be replaced');
  const parts = splitText(text, from, most, budget);
  budget.take(text.length + parts.length * to.length);
  return parts.join(to);
}

const partition =
  (last: boolean): Method<string> =>
  (text, given) => {
    const by = new Given('partition', given, ['sep']).text('sep');
    const at = last ? text.lastIndexOf(by) : text.indexOf(by);
    if (by === '') throw new TemplateFailure('an empty text parts nothing');
    if (at < 0) return last ? Tuple.of('', '', text) : Tuple.of(text, '', '');
    return Tuple.of(text.slice(0, at), by, text.slice(at + by.length));
  };

export const textMethod = methodsOf<string>({
  upper: textOnly((text) => text.toUpperCase()),
  lower: textOnly((text) => text.toLowerCase()),
  casefold: textOnly((text) => text.toLowerCase()),
  title: textOnly(title),
  capitalize: textOnly(capitalized),
  swapcase: textOnly((text) =>
    charactersOf(text)
      .map((sign) => (sign === sign.toUpperCase() ? sign.toLowerCase() : sign.toUpperCase()))
      .join(''),
  ),
  isdigit: textOnly((text) => /^\p{Nd}+$/u.test(text)),
  isdecimal: textOnly((text) => /^\p{Nd}+$/u.test(text)),
  isnumeric: textOnly((text) => /^\p{N}+$/u.test(text)),
  isalpha: textOnly((text) => /^\p{L}+$/u.test(text)),
  isalnum: textOnly((text) => /^[\p{L}\p{N}]+$/u.test(text)),
  isspace: textOnly((text) => /^\s+$/u.test(text)),
  isascii: textOnly((text) => !/[^\u0000-\u007f]/.test(text)),
  isupper: textOnly((text) => cased(text) && text === text.toUpperCase()),
  islower: textOnly((text) => cased(text) && text === text.toLowerCase()),
  istitle: textOnly((text) => cased(text) && text === title(text)),
  strip: stripMethod(true, true),
  lstrip: stripMethod(true, false),
  rstrip: stripMethod(false, true),
  split: (text, given, budget) => {
    const args = new Given('split', given, ['sep', 'maxsplit']);
    const by = args.has('sep') && args.value('sep') !== null ? args.text('sep') : undefined;
    budget.take(text.length);
    return splitText(text, by, args.integer('maxsplit', -1), budget);
  },
  rsplit: (text, given, budget) => {
    const args = new Given('rsplit', given, ['sep', 'maxsplit']);
    const most = args.integer('maxsplit', -1);
    budget.take(text.length);
    if (!args.has('sep') || args.value('sep') === null) {
      if (most >= 0) throw new TemplateFailure('rsplit with a limit needs a separator');
      return splitText(text, undefined, -1, budget);
    }
    const by = args.text('sep');
    const parts = splitText(text, by, -1, budget);
    if (most < 0 || parts.length <= most + 1) return parts;
    return [parts.slice(0, parts.length - most).join(by), ...parts.slice(parts.length - most)];
  },
  splitlines: simple((text, budget) => {
    budget.take(text.length);
    const lines = text.split(/\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/);
    if (lines.at(-1) === '') lines.pop();
    return lines;
  }),
  partition: partition(false),
  rpartition: partition(true),
  join: (text, given, budget) => {
    const items = mustItems(new Given('join', given, ['iterable']).value('iterable'), budget);
    const texts = items.map((one) => {
      if (typeof one !== 'string') throw new TemplateFailure(`join joins texts, not a ${typeName(one)}`);
      budget.take(one.length + text.length);
      return one;
    });
    return texts.join(text);
  },
  replace: (text, given, budget) => {
    const args = new Given('replace', given, ['old', 'new', 'count']);
    return replaced(text, args.text('old'), args.text('new'), args.integer('count', -1), budget);
  },
  startswith: affixMethod((text, affix) => text.startsWith(affix)),
  endswith: affixMethod((text, affix) => text.endsWith(affix)),
  removeprefix: (text, given) => {
    const prefix = new Given('removeprefix', given, ['prefix']).text('prefix');
    return text.startsWith(prefix) ? text.slice(prefix.length) : text;
  },
  removesuffix: (text, given) => {
    const suffix = new Given('removesuffix', given, ['suffix']).text('suffix');
    return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
  },
  find: placeMethod(false, false),
  rfind: placeMethod(true, false),
  index: placeMethod(false, true),
  rindex: placeMethod(true, true),
  count: (text, given, budget) => {
    const part = new Given('count', given, ['sub']).text('sub');
    budget.spend(text.length / 16);
    return part === '' ? charactersOf(text).length + 1 : text.split(part).length - 1;
  },
  zfill: (text, given, budget) => {
    const width = new Given('zfill', given, ['width']).integer('width');
    const [, sign = '', digits = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
    return sign + justified(digits, width - sign.length, '0', 'right', budget);
  },
  ljust: justify('left'),
  rjust: justify('right'),
  center: justify('center'),
  format: (text, given, budget) => braceFormat(text, given, budget),
});

export const listMethod = methodsOf<readonly Value[]>({
  index: (list, given, budget) => {
    const one = new Given('index', given, ['value']).value('value');
    const found = list.findIndex((other) => equal(other, one, budget));
    if (found < 0) throw new TemplateFailure('what is looked for is not in the list');
    return found;
  },
  count: (list, given, budget) => {
    const one = new Given('count', given, ['value']).value('value');
    return list.filter((other) => equal(other, one, budget)).length;
  },
  copy: simple((list, budget) => {
    budget.take(list.length);
    return [...list];
  }),
});

export function pairsOf(map: Dict | LazyMap, budget: Budget): Tuple[] {
  return keysOf(map).map((key) => {
    budget.take(2);
    return Tuple.of(key, entryOf(map, key) as Value) as Tuple;
  });
}

export const dictMethod = methodsOf<Dict | LazyMap>({
  keys: simple((map) => keysOf(map)),
  values: simple((map, budget) => pairsOf(map, budget).map((pair) => pair[1] as Value)),
  items: simple((map, budget) => pairsOf(map, budget)),
  get: (map, given) => {
    const args = new Given('get', given, ['key', 'default']);
    const value = entryOf(map, keyOf(args.value('key')));
    return value ?? (args.has('default') ? args.raw('default') : null);
  },
  copy: simple((map) => map),
});
