/**
 * What does a template give? Goes over its tree with the values it may see: a variable is looked up when it is used and not
 * before, and is strict as in Ansible: what is not there may be asked for with `is defined` and `default`, no more.
 */
import { type Budget, TemplateFailure } from './budget.ts';
import { filterNamed, type Named } from './filters.ts';
import { FUNCTIONS } from './functions.ts';
import { attribute, item, slice } from './member.ts';
import { arithmetic, compares } from './operators.ts';
import { printed, str } from './print.ts';
import type { Expression, GivenArguments, Statement, Target } from './syntax.ts';
import { testNamed } from './tests.ts';
import {
  type Arguments,
  Callable,
  type Dict,
  dictOf,
  float,
  integer,
  isFloat,
  keyOf,
  Missing,
  mustItems,
  Namespace,
  NoElse,
  need,
  numberOf,
  Tuple,
  truth,
  typeName,
  type Value,
} from './value.ts';

/** A variable by name; undefined where there is none. */
export type Variables = (name: string) => Value | undefined;

/** No more macros in macros, which call each other. */
const MAX_CALLS = 30;
/** Functions of Ansible that reach files, programs and networks. */
const REACHING = new Set(['lookup', 'query', 'q', 'url_lookup']);

/** Names that blocks bind, innermost first. */
class Scope {
  readonly #own = new Map<string, Value>();

  constructor(readonly outer?: Scope) {}

  get(name: string): Value | undefined {
    return this.#own.get(name) ?? (this.#own.has(name) ? null : this.outer?.get(name));
  }

  set(name: string, value: Value): void {
    this.#own.set(name, value);
  }
}

export class Interpreter implements Named {
  #calls = 0;

  constructor(
    private readonly variables: Variables,
    private readonly budget: Budget,
  ) {}

  /** The value of an expression that stands alone; it may be missing. */
  value(expression: Expression): Value {
    return this.#value(expression, new Scope());
  }

  text(statements: readonly Statement[]): string {
    const parts: string[] = [];
    this.#run(statements, new Scope(), parts);
    return parts.join('');
  }

  filter(name: string, value: Value, given: Arguments): Value {
    const filter = filterNamed(name);
    if (!filter) throw new TemplateFailure(`the filter ${name.slice(0, 40)} is unknown`);
    this.budget.spend(1);
    this.budget.look(value);
    return filter(value, given, this.budget, this);
  }

  test(name: string, value: Value, given: Arguments): boolean {
    const test = testNamed(name);
    if (test) {
      this.budget.look(value);
      return test(value, given, this.budget);
    }
    throw new TemplateFailure(`the test ${name.slice(0, 40)} is unknown`);
  }

  #run(statements: readonly Statement[], scope: Scope, out: string[]): void {
    for (const statement of statements) this.#do(statement, scope, out);
  }

  #do(statement: Statement, scope: Scope, out: string[]): void {
    this.budget.spend(1);
    switch (statement.kind) {
      case 'text':
        this.budget.take(statement.text.length);
        out.push(statement.text);
        return;
      case 'output': {
        const text = printed(this.#value(statement.value, scope), this.budget);
        this.budget.take(text.length);
        out.push(text);
        return;
      }
      case 'choose': {
        const chosen = statement.branches.find(({ test }) => truth(this.#value(test, scope)));
        this.#run(chosen?.body ?? statement.otherwise, scope, out);
        return;
      }
      case 'for':
        this.#loop(statement, scope, out);
        return;
      case 'set':
        this.#bind(statement.target, this.#value(statement.value, scope), scope);
        return;
      case 'set-block': {
        const text = this.#inside(statement.body, scope);
        const { filter } = statement;
        this.#bind(statement.target, filter ? this.#value(filter, scope, text) : text, scope);
        return;
      }
      case 'with': {
        const inner = new Scope(scope);
        for (const [target, value] of statement.values) this.#bind(target, this.#value(value, scope), inner);
        this.#run(statement.body, inner, out);
        return;
      }
      case 'filtered':
        out.push(str(this.#value(statement.filter, scope, this.#inside(statement.body, scope)), this.budget));
        return;
      case 'macro':
        scope.set(statement.name, this.#macro(statement, scope));
        return;
    }
  }

  #inside(body: readonly Statement[], scope: Scope): string {
    const parts: string[] = [];
    this.#run(body, new Scope(scope), parts);
    return parts.join('');
  }

  #loop(statement: Extract<Statement, { kind: 'for' }>, scope: Scope, out: string[]): void {
    const { target, when } = statement;
    const all = mustItems(this.#value(statement.over, scope), this.budget);
    const items = !when
      ? all
      : all.filter((one) => {
          const inner = new Scope(scope);
          this.budget.spend(1);
          this.#bind(target, one, inner);
          return truth(this.#value(when, inner));
        });
    if (items.length === 0) this.#run(statement.otherwise, scope, out);
    for (const [index, one] of items.entries()) {
      this.budget.spend(1);
      const inner = new Scope(scope);
      inner.set('loop', loopOf(items, index));
      this.#bind(target, one, inner);
      this.#run(statement.body, inner, out);
    }
  }

  #bind(target: Target, value: Value, scope: Scope): void {
    if (target.kind === 'name') {
      scope.set(target.name, value);
    } else if (target.kind === 'member') {
      const space = scope.get(target.of);
      if (!(space instanceof Namespace)) {
        throw new TemplateFailure(`${target.of} is no namespace(), and only its values can be set`);
      }
      space.values.set(target.name, value);
    } else {
      const items = mustItems(value, this.budget);
      if (items.length !== target.names.length) {
        throw new TemplateFailure(`${items.length} values for ${target.names.length} names`);
      }
      for (const [index, name] of target.names.entries()) scope.set(name, items[index] as Value);
    }
  }

  #macro({ name, parameters, body }: Extract<Statement, { kind: 'macro' }>, scope: Scope): Callable {
    return new Callable(name, ({ positional, named }) => {
      if (positional.length > parameters.length) throw new TemplateFailure(`${name} is given too much`);
      for (const given of named.keys()) {
        if (!parameters.some((parameter) => parameter.name === given)) {
          throw new TemplateFailure(`${name} takes no "${given}"`);
        }
      }
      if (++this.#calls > MAX_CALLS) throw new TemplateFailure('macros call each other too deeply');
      const inner = new Scope(scope);
      for (const [index, parameter] of parameters.entries()) {
        const value = positional[index] ?? named.get(parameter.name);
        const missing = new Missing(`"${parameter.name}" of the macro ${name}`);
        inner.set(parameter.name, value ?? (parameter.value ? this.#value(parameter.value, inner) : missing));
      }
      const text = this.#inside(body, inner);
      this.#calls -= 1;
      return text;
    });
  }

  /** `filtered`: what the first filter of a block gets. */
  #value(expression: Expression, scope: Scope, filtered?: Value): Value {
    this.budget.spend(1);
    const of = (one: Expression) => this.#value(one, scope);
    switch (expression.kind) {
      case 'constant':
        return expression.value;
      case 'float':
        return float(expression.value);
      case 'name':
        return this.#name(expression.name, scope);
      case 'list':
        this.budget.take(expression.items.length);
        return expression.items.map(of);
      case 'tuple':
        this.budget.take(expression.items.length);
        return Tuple.from(expression.items.map(of)) as Tuple;
      case 'dict':
        return this.#dict(expression.entries, scope);
      case 'attribute':
        return attribute(of(expression.of), expression.name, false);
      case 'item':
        return item(of(expression.of), of(expression.key), this.budget);
      case 'slice': {
        const bounds = [expression.start, expression.stop, expression.step];
        return slice(
          of(expression.of),
          bounds.map((bound) => bound && of(bound)),
          this.budget,
        );
      }
      case 'call':
        return this.#call(expression.callee, expression.given, scope);
      case 'filter': {
        const value = expression.of ? this.#value(expression.of, scope, filtered) : (filtered ?? '');
        return this.filter(expression.name, value, this.#given(expression.given, scope));
      }
      case 'test':
        return this.test(expression.name, of(expression.of), this.#given(expression.given, scope));
      case 'not':
        return !truth(of(expression.of));
      case 'and': {
        const left = of(expression.left);
        return truth(left) ? of(expression.right) : left;
      }
      case 'or': {
        const left = of(expression.left);
        return truth(left) ? left : of(expression.right);
      }
      case 'if': {
        if (truth(of(expression.test))) return of(expression.yes);
        return expression.otherwise ? of(expression.otherwise) : new NoElse();
      }
      case 'compare':
        return this.#compare(expression, scope);
      case 'concat': {
        const texts = expression.parts.map((part) => str(of(part), this.budget));
        this.budget.take(texts.reduce((size, text) => size + text.length, 0));
        return texts.join('');
      }
      case 'arithmetic':
        return arithmetic(expression.operator, of(expression.left), of(expression.right), this.budget);
      case 'negative':
      case 'positive': {
        const value = need(of(expression.of));
        const number = numberOf(value);
        if (number === undefined) throw new TemplateFailure(`a ${typeName(value)} has no sign`);
        const signed = expression.kind === 'negative' ? -number : number;
        return isFloat(value) ? float(signed) : integer(signed);
      }
    }
  }

  #name(name: string, scope: Scope): Value {
    const value = scope.get(name) ?? this.variables(name);
    if (value !== undefined) return value;
    return FUNCTIONS.get(name) ?? new Missing(`"${name}"`, name);
  }

  #dict(entries: readonly (readonly [Expression, Expression])[], scope: Scope): Dict {
    this.budget.take(entries.length);
    return dictOf(
      entries.map(([key, value]) => [keyOf(this.#value(key, scope)), this.#value(value, scope)] as const),
    );
  }

  #compare({ first, rest }: Extract<Expression, { kind: 'compare' }>, scope: Scope): boolean {
    let left = this.#value(first, scope);
    for (const [comparison, expression] of rest) {
      const right = this.#value(expression, scope);
      if (!compares(comparison, left, right, this.budget)) return false;
      left = right;
    }
    return true;
  }

  #call(callee: Expression, given: GivenArguments, scope: Scope): Value {
    const called =
      callee.kind === 'attribute'
        ? attribute(this.#value(callee.of, scope), callee.name, true)
        : this.#value(callee, scope);
    if (callee.kind === 'name' && called instanceof Missing) {
      const name = callee.name.slice(0, 40);
      const why = REACHING.has(name)
        ? `${name}() of Ansible is not supported`
        : `the function ${name} is unknown`;
      throw new TemplateFailure(why);
    }
    const made = need(called);
    if (!(made instanceof Callable)) throw new TemplateFailure(`a ${typeName(made)} cannot be called`);
    return made.call(this.#given(given, scope), this.budget);
  }

  #given({ positional, named }: GivenArguments, scope: Scope): Arguments {
    return {
      positional: positional.map((one) => this.#value(one, scope)),
      named: new Map(named.map(([name, one]) => [name, this.#value(one, scope)])),
    };
  }
}

function loopOf(items: readonly Value[], index: number): Dict {
  const { length } = items;
  const at = (place: number): Value =>
    place < 0 || place >= length
      ? new Missing('an item before the first or after the last')
      : (items[place] as Value);
  return dictOf([
    ['index', index + 1],
    ['index0', index],
    ['revindex', length - index],
    ['revindex0', length - index - 1],
    ['first', index === 0],
    ['last', index === length - 1],
    ['length', length],
    ['depth', 1],
    ['depth0', 0],
    ['previtem', at(index - 1)],
    ['nextitem', at(index + 1)],
    [
      'cycle',
      new Callable('cycle', ({ positional }) => {
        if (positional.length === 0) throw new TemplateFailure('loop.cycle is given nothing');
        return positional[index % positional.length] as Value;
      }),
    ],
  ]);
}
