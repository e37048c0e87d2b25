/** What an expression of a workflow gives, by the language's own library (`@actions/expressions`). */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

export type Contexts = Readonly<Record<string, unknown>>;

/** Where a job or a step stands, for `success()` and its kin. */
export interface Standing {
  readonly failed: boolean;
  readonly cancelled?: boolean;
}

export function evaluate(expression: string, contexts: Contexts, standing: Standing): unknown {
  const { failed, cancelled = false } = standing;
  const says = (name: string, holds: boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(holds),
  });
  const functions = [
    says('success', !failed && !cancelled),
    says('failure', failed),
    says('cancelled', cancelled),
    says('always', true),
  ];
  const tree = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse();
  const result = new Evaluator(
    tree,
    dataOf(contexts) as data.Dictionary,
    new Map(functions.map((one) => [one.name, one])),
  ).evaluate();
  return JSON.parse(JSON.stringify(result, data.replacer));
}

/** Text in which `${{ … }}` stands for what it gives. */
export function fill(text: string, contexts: Contexts, standing: Standing): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
    const value = evaluate(expression, contexts, standing);
    return value === null ? '' : String(value);
  });
}

/** An `if`: without a function that asks how things stand, it holds only where all went well. */
export function holds(condition: unknown, contexts: Contexts, standing: Standing): boolean {
  if (condition === undefined) return !standing.failed && !standing.cancelled;
  const expression = String(condition).replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1');
  const asks = /\b(success|failure|cancelled|always)\(\)/.test(expression);
  return Boolean(evaluate(asks ? expression : `success() && (${expression})`, contexts, standing));
}

function dataOf(value: unknown): data.ExpressionData {
  return JSON.parse(JSON.stringify(value ?? null), data.reviver);
}
