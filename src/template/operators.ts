/** What do the operators of a template give? As Python's, over values. */
import { type Budget, TemplateFailure } from './budget.ts';
import { percentFormat } from './format.ts';
import type { Comparison, Operator } from './syntax.ts';
import {
  compare,
  contains,
  equal,
  float,
  integer,
  isFloat,
  isList,
  need,
  numberOf,
  Tuple,
  typeName,
  type Value,
} from './value.ts';

export function arithmetic(operator: Operator, left: Value, right: Value, budget: Budget): Value {
  const [a, b] = [need(left), need(right)];
  const [m, n] = [numberOf(a), numberOf(b)];
  if (m !== undefined && n !== undefined) return numbers(operator, m, n, isFloat(a) || isFloat(b));
  if (operator === '%' && typeof a === 'string') return percentFormat(a, b, budget);
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') {
    budget.take(a.length + b.length);
    return a + b;
  }
  if (operator === '+' && isList(a) && isList(b) && a instanceof Tuple === b instanceof Tuple) {
    budget.take(a.length + b.length);
    return a instanceof Tuple ? Tuple.from([...a, ...b]) : [...a, ...b];
  }
  if (operator === '*') {
    const [of, times] = m === undefined ? [a, n] : [b, m];
    if (times !== undefined && !isFloat(m === undefined ? b : a))
      return repeated(of, Math.max(0, times), budget);
  }
  throw new TemplateFailure(`${typeName(a)} ${operator} ${typeName(b)} cannot be computed`);
}

function repeated(of: Value, times: number, budget: Budget): Value {
  if (typeof of === 'string') {
    budget.take(of.length * times);
    return of.repeat(times);
  }
  if (!isList(of)) throw new TemplateFailure(`a ${typeName(of)} cannot be repeated`);
  budget.take(of.length * times);
  return Array.from({ length: times }, () => of).flat();
}

function numbers(operator: Operator, m: number, n: number, floating: boolean): Value {
  const made = (value: number) => (floating ? float(value) : integer(value));
  switch (operator) {
    case '+':
      return made(m + n);
    case '-':
      return made(m - n);
    case '*':
      return made(m * n);
    case '/':
      return float(m / notZero(n));
    case '//':
      return made(Math.floor(m / notZero(n)));
    case '%': {
      const rest = m % notZero(n);
      return made(rest !== 0 && rest < 0 !== n < 0 ? rest + n : rest);
    }
    case '**':
      if (n < 0) return float(notZero(m) ** n);
      return made(m ** n);
  }
}

function notZero(value: number): number {
  if (value === 0) throw new TemplateFailure('a number is divided by 0');
  return value;
}

export function compares(comparison: Comparison, left: Value, right: Value, budget: Budget): boolean {
  switch (comparison) {
    case '==':
      return equal(left, right, budget);
    case '!=':
      return !equal(left, right, budget);
    case 'in':
      return contains(right, left, budget);
    case 'not in':
      return !contains(right, left, budget);
    default: {
      const order = compare(left, right, budget);
      if (comparison === '<') return order < 0;
      if (comparison === '<=') return order <= 0;
      return comparison === '>' ? order > 0 : order >= 0;
    }
  }
}
