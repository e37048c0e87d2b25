/** What is a filter, a test, a function or a method given? Its arguments by name, as Python binds them. */
import { TemplateFailure } from './budget.ts';
import { type Arguments, isFloat, need, numberOf, truth, typeName, type Value } from './value.ts';

export class Given {
  readonly #values: ReadonlyMap<string, Value>;

  /** `names`: of what may be given, in order. */
  constructor(
    private readonly what: string,
    { positional, named }: Arguments,
    names: readonly string[],
  ) {
    if (positional.length > names.length) throw new TemplateFailure(`${what} is given too much`);
    const values = new Map(positional.map((value, index) => [names[index] as string, value]));
    for (const [name, value] of named) {
      if (!names.includes(name)) throw new TemplateFailure(`${what} takes no "${name}"`);
      if (values.has(name)) throw new TemplateFailure(`${what} is given "${name}" twice`);
      values.set(name, value);
    }
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Whatever it is, even what is not there. */
  raw(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw new TemplateFailure(`${this.what} needs "${name}"`);
    return value;
  }

  value(name: string, fallback?: Value): Value {
    if (fallback !== undefined && !this.has(name)) return fallback;
    return need(this.raw(name));
  }

  text(name: string, fallback?: string): string {
    const value = this.value(name, fallback);
    if (typeof value !== 'string') throw this.#wrong(name, 'a text', value);
    return value;
  }

  integer(name: string, fallback?: number): number {
    const value = this.value(name, fallback);
    const number = numberOf(value);
    if (number === undefined || isFloat(value)) throw this.#wrong(name, 'a whole number', value);
    return number;
  }

  /** A whole number, or undefined for none and where it is not given. */
  integerOrNone(name: string): number | undefined {
    return this.has(name) && this.value(name) !== null ? this.integer(name) : undefined;
  }

  truth(name: string, fallback: boolean): boolean {
    return truth(this.value(name, fallback));
  }

  #wrong(name: string, wanted: string, value: Value): TemplateFailure {
    return new TemplateFailure(`"${name}" of ${this.what} is a ${typeName(value)}, not ${wanted}`);
  }
}
