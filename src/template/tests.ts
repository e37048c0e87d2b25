/** What can be asked of a value with `is`? Jinja's own tests and those of Ansible's that compute and nothing else. */
import { type Budget, TemplateFailure } from './budget.ts';
import { Given } from './given.ts';
import { compares } from './operators.ts';
import { str } from './print.ts';
import type { Comparison } from './syntax.ts';
import {
  type Arguments,
  Callable,
  contains,
  equal,
  isFloat,
  isList,
  isMap,
  isNumber,
  Missing,
  mustItems,
  need,
  numberOf,
  truth,
  typeName,
  type Value,
} from './value.ts';

/** `value` may be missing. */
export type Test = (value: Value, given: Arguments, budget: Budget) => boolean;
type Tests = { readonly [name: string]: Test };

const simple =
  (work: (value: Value) => boolean): Test =>
  (value, given) => {
    new Given('a test', given, []);
    return work(value);
  };

const compared =
  (comparison: Comparison): Test =>
  (value, given, budget) =>
    compares(comparison, value, new Given('a test', given, ['other']).value('other'), budget);

function whole(value: Value): number {
  const number = numberOf(need(value));
  if (number === undefined) throw new TemplateFailure(`a ${typeName(value)} is neither odd nor even`);
  return number;
}

/** As Python's `islower` and `isupper`, of the text of anything. */
const cased =
  (change: (text: string) => string): Test =>
  (value, given, budget) => {
    new Given('a test', given, []);
    const text = str(value, budget);
    return text.toLowerCase() !== text.toUpperCase() && text === change(text);
  };

const within =
  (contained: boolean): Test =>
  (value, given, budget) => {
    const other = new Given('a test', given, ['other']).value('other');
    const [small, large] = contained ? [value, other] : [other, value];
    return mustItems(small, budget).every((one) => contains(large, one, budget));
  };

const isDefined = simple((value) => !(value instanceof Missing));
const equals = compared('==');
const less = compared('<');
const greater = compared('>');
const subset = within(true);
const superset = within(false);

const TESTS: Tests = {
  defined: isDefined,
  undefined: simple((value) => value instanceof Missing),
  none: simple((value) => value === null),
  boolean: simple((value) => typeof value === 'boolean'),
  true: simple((value) => value === true),
  false: simple((value) => value === false),
  integer: simple((value) => isNumber(value) && !isFloat(value)),
  float: simple((value) => isFloat(value)),
  number: simple((value) => isNumber(value) || typeof value === 'boolean'),
  string: simple((value) => typeof value === 'string'),
  mapping: simple((value) => isMap(value)),
  sequence: simple((value) => typeof value === 'string' || isList(value) || isMap(value)),
  iterable: simple((value) => typeof need(value) === 'string' || isList(value) || isMap(value)),
  callable: simple((value) => value instanceof Callable),
  lower: cased((text) => text.toLowerCase()),
  upper: cased((text) => text.toUpperCase()),
  odd: simple((value) => Math.abs(whole(value) % 2) === 1),
  even: simple((value) => whole(value) % 2 === 0),
  divisibleby: (value, given) => {
    const by = numberOf(new Given('divisibleby', given, ['num']).value('num'));
    if (by === undefined || by === 0) throw new TemplateFailure('divisibleby needs a number that is not 0');
    return whole(value) % by === 0;
  },
  sameas: (value, given, budget) => {
    const other = new Given('sameas', given, ['other']).value('other');
    return typeName(value) === typeName(other) && equal(value, other, budget);
  },
  in: compared('in'),
  eq: equals,
  equalto: equals,
  '==': equals,
  ne: compared('!='),
  '!=': compared('!='),
  lt: less,
  lessthan: less,
  '<': less,
  le: compared('<='),
  '<=': compared('<='),
  gt: greater,
  greaterthan: greater,
  '>': greater,
  ge: compared('>='),
  '>=': compared('>='),
  contains: (value, given, budget) =>
    contains(value, new Given('contains', given, ['value']).value('value'), budget),
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  any: (value, given, budget) => {
    new Given('any', given, []);
    return mustItems(value, budget).some(truth);
  },
  all: (value, given, budget) => {
    new Given('all', given, []);
    return mustItems(value, budget).every(truth);
  },
  truthy: (value, given) => {
    new Given('truthy', given, ['convert_bool']);
    return truth(value);
  },
  falsy: (value, given) => {
    new Given('falsy', given, ['convert_bool']);
    return !truth(value);
  },
};

const ALL: ReadonlyMap<string, Test> = new Map(Object.entries(TESTS));

export function testNamed(name: string): Test | undefined {
  return ALL.get(name.replace(/^ansible\.builtin\./, ''));
}

/** In the order of the alphabet. */
export const TEST_NAMES: readonly string[] = [...ALL.keys()].filter((name) => /^[a-z]/.test(name)).sort();
