/** From tokens to the tree of an expression, with the precedences of Jinja 3 (jinja2/parser.py). Evaluates nothing. */
import type { Token } from './lexer.ts';
import {
  type Comparison,
  type Expression,
  type GivenArguments,
  type Operator,
  SyntaxFailure,
  type Target,
} from './syntax.ts';

/** Brackets in brackets, signs before signs. */
const MAX_DEPTH = 100;

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
/** Words that cannot begin what a test is given. */
const AFTER_TEST = new Set(['else', 'or', 'and', 'if', 'not']);
const NOTHING: GivenArguments = { positional: [], named: [] };

export class ExpressionParser {
  #at = 0;
  #depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get atEnd(): boolean {
    return this.#at >= this.tokens.length;
  }

  end(): void {
    if (!this.atEnd) throw this.#unexpected();
  }

  atSign(sign: string): boolean {
    return this.#is('sign', sign);
  }

  skipSign(sign: string): boolean {
    return this.#skip('sign', sign);
  }

  skipWord(word: string): boolean {
    return this.#skip('name', word);
  }

  sign(sign: string): void {
    if (!this.skipSign(sign)) throw this.#unexpected(sign);
  }

  word(word: string): void {
    if (!this.skipWord(word)) throw this.#unexpected(word);
  }

  name(): string {
    const token = this.tokens[this.#at];
    if (token?.kind !== 'name') throw this.#unexpected('a name');
    this.#at += 1;
    return token.text;
  }

  /** What a `for` or a `set` gives its values to. */
  target(): Target {
    const round = this.skipSign('(');
    const names = [this.#targetName()];
    if (!round && this.skipSign('.')) return { kind: 'member', of: names[0] as string, name: this.name() };
    let several = false;
    while (this.skipSign(',')) {
      several = true;
      if (this.tokens[this.#at]?.kind !== 'name' || this.#is('name', 'in')) break;
      names.push(this.#targetName());
    }
    if (round) this.sign(')');
    return several ? { kind: 'names', names } : { kind: 'name', name: names[0] as string };
  }

  #targetName(): string {
    const name = this.name();
    if (CONSTANTS.has(name)) throw new SyntaxFailure(`${name} cannot be set`);
    return name;
  }

  /** `a` or `a, b`. `choosing`: whether an `if` belongs to it. */
  tuple(choosing = true): Expression {
    const one = () => (choosing ? this.expression() : this.#or());
    const first = one();
    if (!this.atSign(',')) return first;
    const items = [first];
    while (this.skipSign(',')) {
      if (this.atEnd || this.atSign(')') || this.atSign('=')) break;
      items.push(one());
    }
    return { kind: 'tuple', items };
  }

  expression(): Expression {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxFailure('it is nested too deeply');
    let value = this.#or();
    while (this.skipWord('if')) {
      const test = this.#or();
      const otherwise = this.skipWord('else') ? this.expression() : undefined;
      value = { kind: 'if', test, yes: value, otherwise };
    }
    this.#depth -= 1;
    return value;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.skipWord('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.skipWord('and')) left = { kind: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    if (!this.skipWord('not')) return this.#compare();
    if (++this.#depth > MAX_DEPTH) throw new SyntaxFailure('it is nested too deeply');
    const of = this.#not();
    this.#depth -= 1;
    return { kind: 'not', of };
  }

  #compare(): Expression {
    const first = this.#sum();
    const rest: [Comparison, Expression][] = [];
    for (let operator = this.#comparison(); operator; operator = this.#comparison()) {
      rest.push([operator, this.#sum()]);
    }
    return rest.length === 0 ? first : { kind: 'compare', first, rest };
  }

  #comparison(): Comparison | undefined {
    const token = this.tokens[this.#at];
    if (token?.kind === 'sign' && /^(?:[=!<>]=|[<>])$/.test(token.text)) {
      this.#at += 1;
      return token.text as Comparison;
    }
    if (this.skipWord('in')) return 'in';
    const next = this.tokens[this.#at + 1];
    if (this.#is('name', 'not') && next?.kind === 'name' && next.text === 'in') {
      this.#at += 2;
      return 'not in';
    }
    return undefined;
  }

  #sum(): Expression {
    return this.#operators(['+', '-'], () => this.#concat());
  }

  #concat(): Expression {
    const first = this.#product();
    if (!this.atSign('~')) return first;
    const parts = [first];
    while (this.skipSign('~')) parts.push(this.#product());
    return { kind: 'concat', parts };
  }

  #product(): Expression {
    return this.#operators(['*', '/', '//', '%'], () => this.#power());
  }

  /** From the left, as Jinja has it and Python has not. */
  #power(): Expression {
    return this.#operators(['**'], () => this.#unary(true));
  }

  #operators(signs: readonly Operator[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = signs.find((sign) => this.skipSign(sign));
      if (!operator) return left;
      left = { kind: 'arithmetic', operator, left, right: operand() };
    }
  }

  #unary(filtered: boolean): Expression {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxFailure('it is nested too deeply');
    let value: Expression;
    if (this.skipSign('-')) value = { kind: 'negative', of: this.#unary(false) };
    else if (this.skipSign('+')) value = { kind: 'positive', of: this.#unary(false) };
    else value = this.#postfix(this.#primary());
    if (filtered) value = this.filtersAndTests(value);
    this.#depth -= 1;
    return value;
  }

  #primary(): Expression {
    const token = this.tokens[this.#at];
    if (!token) throw new SyntaxFailure('something is missing at the end');
    if (token.kind === 'name') {
      this.#at += 1;
      const constant = CONSTANTS.get(token.text);
      return constant === undefined
        ? { kind: 'name', name: token.text }
        : { kind: 'constant', value: constant };
    }
    if (token.kind === 'text') {
      let value = '';
      for (let next: Token | undefined = token; next?.kind === 'text'; next = this.tokens[this.#at]) {
        value += next.text;
        this.#at += 1;
      }
      return { kind: 'constant', value };
    }
    if (token.kind === 'integer') {
      this.#at += 1;
      const value = Number(token.text);
      if (!Number.isSafeInteger(value)) throw new SyntaxFailure('a whole number is larger than 2^53');
      return { kind: 'constant', value };
    }
    if (token.kind === 'float') {
      this.#at += 1;
      return { kind: 'float', value: Number(token.text) };
    }
    if (this.skipSign('(')) return this.#round();
    if (this.skipSign('[')) return { kind: 'list', items: this.#items(']') };
    if (this.skipSign('{')) return this.#dict();
    throw this.#unexpected();
  }

  #round(): Expression {
    if (this.skipSign(')')) return { kind: 'tuple', items: [] };
    const value = this.tuple();
    this.sign(')');
    return value;
  }

  #items(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.skipSign(close)) {
      if (items.length > 0) this.sign(',');
      if (this.skipSign(close)) break;
      items.push(this.expression());
    }
    return items;
  }

  #dict(): Expression {
    const entries: [Expression, Expression][] = [];
    while (!this.skipSign('}')) {
      if (entries.length > 0) this.sign(',');
      if (this.skipSign('}')) break;
      const key = this.expression();
      this.sign(':');
      entries.push([key, this.expression()]);
    }
    return { kind: 'dict', entries };
  }

  #postfix(value: Expression): Expression {
    let made = value;
    for (;;) {
      if (this.skipSign('.')) made = this.#member(made);
      else if (this.skipSign('[')) made = this.#subscript(made);
      else if (this.atSign('(')) made = { kind: 'call', callee: made, given: this.#given() };
      else return made;
    }
  }

  #member(of: Expression): Expression {
    const token = this.tokens[this.#at];
    this.#at += 1;
    if (token?.kind === 'name') return { kind: 'attribute', of, name: token.text };
    if (token?.kind === 'integer') {
      return { kind: 'item', of, key: { kind: 'constant', value: Number(token.text) } };
    }
    this.#at -= 1;
    throw this.#unexpected('a name');
  }

  #subscript(of: Expression): Expression {
    const bound = () => (this.atSign(':') || this.atSign(']') ? undefined : this.expression());
    const start = bound();
    if (!this.skipSign(':')) {
      if (!start) throw this.#unexpected();
      this.sign(']');
      return { kind: 'item', of, key: start };
    }
    const stop = bound();
    const step = this.skipSign(':') ? bound() : undefined;
    this.sign(']');
    return { kind: 'slice', of, start, stop, step };
  }

  /** Filters, tests and calls behind a value. */
  filtersAndTests(value: Expression): Expression {
    let made = value;
    for (;;) {
      if (this.atSign('|')) made = this.pipe(made);
      else if (this.#is('name', 'is')) made = this.#test(made);
      else if (this.atSign('(')) made = { kind: 'call', callee: made, given: this.#given() };
      else return made;
    }
  }

  pipe(of: Expression | undefined): Expression {
    this.sign('|');
    return this.filters(of);
  }

  /** Behind the first `|`, which `{% filter %}` has not. */
  filters(of: Expression | undefined): Expression {
    let made: Expression | undefined = of;
    do {
      const name = this.#dotted();
      made = { kind: 'filter', of: made, name, given: this.atSign('(') ? this.#given() : NOTHING };
    } while (this.skipSign('|'));
    return made;
  }

  #test(of: Expression): Expression {
    this.word('is');
    const negated = this.skipWord('not');
    const name = this.#dotted();
    const test: Expression = { kind: 'test', of, name, given: this.#testArguments() };
    return negated ? { kind: 'not', of: test } : test;
  }

  #testArguments(): GivenArguments {
    if (this.atSign('(')) return this.#given();
    const token = this.tokens[this.#at];
    if (!token) return NOTHING;
    const begins =
      token.kind === 'name'
        ? !AFTER_TEST.has(token.text)
        : token.kind !== 'sign' || /^[[{]$/.test(token.text);
    if (!begins || (token.kind === 'name' && token.text === 'in')) return NOTHING;
    if (token.kind === 'name' && token.text === 'is')
      throw new SyntaxFailure('tests with "is" cannot be chained');
    return { positional: [this.#postfix(this.#primary())], named: [] };
  }

  #dotted(): string {
    let name = this.name();
    while (this.skipSign('.')) name += `.${this.name()}`;
    return name;
  }

  #given(): GivenArguments {
    this.sign('(');
    const positional: Expression[] = [];
    const named: [string, Expression][] = [];
    while (!this.skipSign(')')) {
      if (positional.length + named.length > 0) this.sign(',');
      if (this.skipSign(')')) break;
      const [token, next] = [this.tokens[this.#at], this.tokens[this.#at + 1]];
      if (token?.kind === 'sign' && /^\*\*?$/.test(token.text)) {
        throw new SyntaxFailure(`${token.text} before an argument is not supported`);
      }
      if (token?.kind === 'name' && next?.kind === 'sign' && next.text === '=') {
        this.#at += 2;
        named.push([token.text, this.expression()]);
      } else {
        if (named.length > 0) throw new SyntaxFailure('an argument without a name follows one with a name');
        positional.push(this.expression());
      }
    }
    return { positional, named };
  }

  #is(kind: Token['kind'], text: string): boolean {
    const token = this.tokens[this.#at];
    return token?.kind === kind && token.text === text;
  }

  #skip(kind: Token['kind'], text: string): boolean {
    if (!this.#is(kind, text)) return false;
    this.#at += 1;
    return true;
  }

  #unexpected(wanted?: string): SyntaxFailure {
    const token = this.tokens[this.#at];
    const found = token ? (token.kind === 'text' ? 'a text' : token.text.slice(0, 40)) : 'the end';
    return new SyntaxFailure(
      wanted === undefined ? `unexpected ${found}` : `${wanted} is expected, not ${found}`,
    );
  }
}
