/** Of what does a template consist? Jinja's own grammar (jinja2/nodes.py of Jinja 3), as data. */

export type Expression =
  | { readonly kind: 'constant'; readonly value: null | boolean | number | string }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly of: Expression; readonly key: Expression }
  | {
      readonly kind: 'slice';
      readonly of: Expression;
      readonly start: Expression | undefined;
      readonly stop: Expression | undefined;
      readonly step: Expression | undefined;
    }
  | { readonly kind: 'call'; readonly callee: Expression; readonly given: GivenArguments }
  /** `of` is undefined in a `{% filter %}` and a `{% set %}` block: what is inside of it is filtered. */
  | {
      readonly kind: 'filter';
      readonly of: Expression | undefined;
      readonly name: string;
      readonly given: GivenArguments;
    }
  | { readonly kind: 'test'; readonly of: Expression; readonly name: string; readonly given: GivenArguments }
  | { readonly kind: 'not' | 'negative' | 'positive'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'arithmetic';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
  /** `a < b < c` is `a < b and b < c`. */
  | {
      readonly kind: 'compare';
      readonly first: Expression;
      readonly rest: readonly (readonly [Comparison, Expression])[];
    }
  | {
      readonly kind: 'if';
      readonly test: Expression;
      readonly yes: Expression;
      readonly otherwise: Expression | undefined;
    };

export type Operator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export interface GivenArguments {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [string, Expression])[];
}

/** What a `for` or a `set` gives its values to. */
export type Target =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'member'; readonly of: string; readonly name: string };

export type Statement =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly value: Expression }
  | {
      readonly kind: 'choose';
      readonly branches: readonly Branch[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'for';
      readonly target: Target;
      readonly over: Expression;
      readonly when: Expression | undefined;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
  | {
      readonly kind: 'set-block';
      readonly target: Target;
      readonly body: readonly Statement[];
      readonly filter: Expression | undefined;
    }
  | {
      readonly kind: 'with';
      readonly values: readonly (readonly [Target, Expression])[];
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'filtered'; readonly filter: Expression; readonly body: readonly Statement[] }
  | {
      readonly kind: 'macro';
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: readonly Statement[];
    };

export interface Branch {
  readonly test: Expression;
  readonly body: readonly Statement[];
}

export interface Parameter {
  readonly name: string;
  readonly value: Expression | undefined;
}

/** The text is no template; `message` says what is wrong and shows no more of the text than the word that is wrong. */
export class SyntaxFailure extends Error {}
