/** Filters that make a number, or truth, of what they get. */
import { TemplateFailure } from './budget.ts';
import { rounded } from './decimal.ts';
import type { Filters } from './filters.ts';
import { Given } from './given.ts';
import { Float, float, integer, isFloat, need, numberOf, truth, typeName, type Value } from './value.ts';

const WHOLE = /^\s*[-+]?\d+(?:_\d+)*\s*$/;
const DECIMAL = /^\s*[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+)?\s*$/i;

/** What Ansible takes for true; all else is false (ansible/plugins/filter/core.py, to_bool). */
const TRUE = new Set(['yes', 'on', '1', 'true']);

function toFloat(value: Value): number | undefined {
  const number = numberOf(value);
  if (number !== undefined) return number;
  if (typeof value !== 'string') return undefined;
  if (DECIMAL.test(value)) return Number(value.replaceAll('_', ''));
  const word = /^\s*([-+]?)(inf|infinity|nan)\s*$/i.exec(value);
  if (!word) return undefined;
  if (/^nan$/i.test(word[2] ?? '')) return Number.NaN;
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Python's `int(text, base)`. */
function parsed(text: string, base: number): number | undefined {
  if (base !== 0 && (base < 2 || base > 36)) throw new TemplateFailure('the base of int is 0, or 2 to 36');
  const found = /^\s*([-+]?)(?:0([box]))?([\da-z]+(?:_[\da-z]+)*)\s*$/i.exec(text);
  if (!found) return undefined;
  const [, sign, letter, digits = ''] = found;
  const own = { b: 2, o: 8, x: 16 }[(letter ?? '').toLowerCase()];
  if (letter !== undefined && base !== 0 && own !== base) return undefined;
  const used = base === 0 ? (own ?? 10) : base;
  const plain = digits.replaceAll('_', '').toLowerCase();
  for (const digit of plain) if (Number.parseInt(digit, 36) >= used) return undefined;
  if (base === 0 && own === undefined && /^0+[1-9]/.test(plain)) return undefined;
  const value = integer(Number.parseInt(plain, used));
  return sign === '-' ? -value : value;
}

export const NUMBER_FILTERS: Filters = {
  int: (given, more, _budget) => {
    const args = new Given('int', more, ['default', 'base']);
    const value = need(given);
    const base = args.integer('base', 10);
    if (typeof value === 'string' && (base !== 10 || WHOLE.test(value))) {
      const number = parsed(value, base);
      if (number !== undefined) return number;
    }
    const number = toFloat(value);
    return number === undefined || !Number.isFinite(number)
      ? args.value('default', 0)
      : integer(Math.trunc(number));
  },
  float: (given, more) => {
    const args = new Given('float', more, ['default']);
    const number = toFloat(need(given));
    return number === undefined ? args.value('default', new Float(0)) : float(number);
  },
  abs: (given, more) => {
    new Given('abs', more, []);
    const number = numberOf(need(given));
    if (number === undefined) throw new TemplateFailure(`abs takes a number, not a ${typeName(given)}`);
    return isFloat(given) ? float(Math.abs(number)) : Math.abs(number);
  },
  round: (given, more) => {
    const args = new Given('round', more, ['precision', 'method']);
    const number = numberOf(need(given));
    if (number === undefined) throw new TemplateFailure(`round takes a number, not a ${typeName(given)}`);
    const [precision, method] = [args.integer('precision', 0), args.text('method', 'common')];
    if (Math.abs(precision) > 100) throw new TemplateFailure('round takes at most 100 places');
    const scale = 10 ** precision;
    if (method === 'ceil') return float(Math.ceil(number * scale) / scale);
    if (method === 'floor') return float(Math.floor(number * scale) / scale);
    if (method !== 'common') throw new TemplateFailure('round is common, ceil or floor');
    const made = rounded(number, precision);
    return isFloat(given) ? float(made) : integer(made);
  },
  bool: (given, more) => {
    new Given('bool', more, []);
    const value = need(given);
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'string') return TRUE.has(value.toLowerCase());
    return numberOf(value) === 1;
  },
  ternary: (given, more) => {
    const args = new Given('ternary', more, ['true_val', 'false_val', 'none_val']);
    const value = need(given);
    if (value === null && args.has('none_val') && args.raw('none_val') !== null) return args.raw('none_val');
    const [yes, no] = [args.raw('true_val'), args.raw('false_val')];
    return truth(value) ? yes : no;
  },
};
