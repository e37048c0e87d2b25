/** Filters that make a text of a text. */
import { TemplateFailure } from './budget.ts';
import type { Filters } from './filters.ts';
import { percentFormat } from './format.ts';
import { Given } from './given.ts';
import { capitalized, justified, replaced, splitText, stripped } from './methods.ts';
import { str } from './print.ts';
import { dictOf, need, Tuple, typeName, type Value } from './value.ts';

function mustText(given: Value, name: string): string {
  const value = need(given);
  if (typeof value !== 'string') throw new TemplateFailure(`${name} takes a text, not a ${typeName(value)}`);
  return value;
}

const simple =
  (name: string, work: (text: string) => Value): Filters[string] =>
  (value, given, budget) => {
    new Given(name, given, []);
    const text = str(value, budget);
    budget.take(text.length);
    return work(text);
  };

/** Jinja's own: words begin after spaces and some brackets, not after an apostrophe (filters.py, do_title). */
function titled(text: string): string {
  return text
    .split(/([-\s({[<]+)/)
    .map((word) => capitalized(word))
    .join('');
}

export const TEXT_FILTERS: Filters = {
  upper: simple('upper', (text) => text.toUpperCase()),
  lower: simple('lower', (text) => text.toLowerCase()),
  capitalize: simple('capitalize', capitalized),
  title: simple('title', titled),
  string: (value, given, budget) => {
    new Given('string', given, []);
    return str(value, budget);
  },
  trim: (value, given, budget) => {
    const args = new Given('trim', given, ['chars']);
    const text = str(value, budget);
    budget.take(text.length);
    return stripped(text, args.has('chars') ? args.text('chars') : undefined, true, true);
  },
  center: (value, given, budget) => {
    const args = new Given('center', given, ['width']);
    return justified(str(value, budget), args.integer('width', 80), ' ', 'center', budget);
  },
  replace: (value, given, budget) => {
    const args = new Given('replace', given, ['old', 'new', 'count']);
    const [from, to] = [str(args.value('old'), budget), str(args.value('new'), budget)];
    return replaced(str(value, budget), from, to, args.integerOrNone('count') ?? -1, budget);
  },
  split: (value, given, budget) => {
    const args = new Given('split', given, ['sep', 'maxsplit']);
    const by = args.has('sep') && args.value('sep') !== null ? args.text('sep') : undefined;
    const text = mustText(value, 'split');
    budget.take(text.length);
    return splitText(text, by, args.integer('maxsplit', -1), budget);
  },
  format: (value, { positional, named }, budget) => {
    if (positional.length > 0 && named.size > 0) {
      throw new TemplateFailure('format is given values with and without names');
    }
    const values = named.size > 0 ? dictOf(named) : (Tuple.from(positional) as Tuple);
    return percentFormat(str(value, budget), values, budget);
  },
  truncate: (value, given, budget) => {
    const args = new Given('truncate', given, ['length', 'killwords', 'end', 'leeway']);
    const text = Array.from(mustText(value, 'truncate'));
    budget.take(text.length);
    const [length, end] = [args.integer('length', 255), args.text('end', '...')];
    if (length < end.length) throw new TemplateFailure('truncate leaves less than its end is long');
    if (text.length <= length + args.integer('leeway', 5)) return text.join('');
    const cut = text.slice(0, length - end.length).join('');
    return (args.truth('killwords', false) ? cut : cut.replace(/^(.*) .*$/su, '$1')) + end;
  },
  indent: (value, given, budget) => {
    const args = new Given('indent', given, ['width', 'first', 'blank']);
    const width = args.value('width', 4);
    const pad =
      typeof width === 'string' ? width : ' '.repeat(Math.max(0, Math.min(1000, args.integer('width', 4))));
    const lines = mustText(value, 'indent').split('\n');
    budget.take(lines.length * pad.length);
    const [first = '', ...rest] = lines;
    const blank = args.truth('blank', false);
    const padded = rest.map((line) => (line === '' && !blank ? line : pad + line));
    return [args.truth('first', false) ? pad + first : first, ...padded].join('\n');
  },
  wordcount: simple('wordcount', (text) => text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  urlencode: (value, given, budget) => {
    new Given('urlencode', given, []);
    if (typeof value === 'object') mustText(value, 'urlencode');
    const text = str(value, budget);
    budget.take(3 * text.length);
    return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd')).replace(/[!'()*]|%2F/g, (sign) =>
      sign === '%2F' ? '/' : `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  },
  basename: simple('basename', (text) => text.slice(text.lastIndexOf('/') + 1)),
  dirname: simple('dirname', (text) => {
    const head = text.slice(0, text.lastIndexOf('/') + 1);
    return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '');
  }),
};
