/** From tokens to a template's tree, with the precedences of Jinja 3 (jinja2/parser.py). Evaluates nothing. */
import { type Piece, piecesOf, type Token, tokensOf } from './lexer.ts';
import { ExpressionParser } from './parse-expression.ts';
import { type Branch, type Expression, type Parameter, type Statement, SyntaxFailure } from './syntax.ts';

/** Blocks in blocks. */
const MAX_DEPTH = 100;

/** A text around `{{ … }}` and `{% … %}`. Throws SyntaxFailure. */
export function parseTemplate(text: string): readonly Statement[] {
  return new BlockParser(piecesOf(text)).all();
}

/** An expression alone. Throws SyntaxFailure. */
export function parseExpression(code: string): Expression {
  const parser = new ExpressionParser(tokensOf(code));
  const expression = parser.expression();
  parser.end();
  return expression;
}

class BlockParser {
  #at = 0;
  #depth = 0;

  constructor(private readonly pieces: readonly Piece[]) {}

  all(): Statement[] {
    const { body, end } = this.#body([]);
    if (end) throw new SyntaxFailure(`${end.word} stands alone`);
    return body;
  }

  /** Up to a block that begins with one of these words, or the end where there are none. */
  #body(ends: readonly string[]): {
    body: Statement[];
    end: { word: string; parser: ExpressionParser } | undefined;
  } {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxFailure('blocks are nested too deeply');
    const body: Statement[] = [];
    for (;;) {
      const piece = this.pieces[this.#at++];
      if (!piece) {
        if (ends.length > 0) throw new SyntaxFailure(`${ends.join(' or ')} is missing`);
        return { body, end: undefined };
      }
      if (piece.kind === 'text') body.push({ kind: 'text', text: piece.text });
      else if (piece.kind === 'output') body.push({ kind: 'output', value: whole(piece.tokens) });
      else {
        const parser = new ExpressionParser(piece.tokens);
        const word = parser.name();
        if (ends.includes(word) || /^(?:end|else$|elif$)/.test(word)) {
          if (!ends.includes(word)) throw new SyntaxFailure(`${word} is not expected here`);
          this.#depth -= 1;
          return { body, end: { word, parser } };
        }
        body.push(this.#block(word, parser));
      }
    }
  }

  /** A body that ends with nothing but this word. */
  #upTo(end: string): Statement[] {
    const { body, end: found } = this.#body([end]);
    found?.parser.end();
    return body;
  }

  #block(word: string, parser: ExpressionParser): Statement {
    switch (word) {
      case 'if':
        return this.#if(parser);
      case 'for':
        return this.#for(parser);
      case 'set':
        return this.#set(parser);
      case 'with':
        return this.#with(parser);
      case 'macro':
        return this.#macro(parser);
      case 'filter': {
        const filter = parser.filters(undefined);
        parser.end();
        return { kind: 'filtered', filter, body: this.#upTo('endfilter') };
      }
      case 'include':
      case 'import':
      case 'from':
      case 'extends':
      case 'block':
        throw new SyntaxFailure(`${word} is not supported: a template reaches no file`);
      default:
        throw new SyntaxFailure(`${word} is no block of Jinja`);
    }
  }

  #if(first: ExpressionParser): Statement {
    const branches: Branch[] = [];
    let parser = first;
    for (;;) {
      const test = parser.tuple();
      parser.end();
      const { body, end } = this.#body(['elif', 'else', 'endif']);
      branches.push({ test, body });
      if (end?.word === 'elif') {
        parser = end.parser;
        continue;
      }
      end?.parser.end();
      const otherwise = end?.word === 'else' ? this.#upTo('endif') : [];
      return { kind: 'choose', branches, otherwise };
    }
  }

  #for(parser: ExpressionParser): Statement {
    const target = parser.target();
    parser.word('in');
    const over = parser.tuple(false);
    const when = parser.skipWord('if') ? parser.expression() : undefined;
    if (parser.skipWord('recursive')) throw new SyntaxFailure('recursive loops are not supported');
    parser.end();
    const { body, end } = this.#body(['else', 'endfor']);
    end?.parser.end();
    const otherwise = end?.word === 'else' ? this.#upTo('endfor') : [];
    return { kind: 'for', target, over, when, body, otherwise };
  }

  #set(parser: ExpressionParser): Statement {
    const target = parser.target();
    if (parser.skipSign('=')) {
      const value = parser.tuple();
      parser.end();
      return { kind: 'set', target, value };
    }
    const filter = parser.atSign('|') ? parser.pipe(undefined) : undefined;
    parser.end();
    return { kind: 'set-block', target, filter, body: this.#upTo('endset') };
  }

  #with(parser: ExpressionParser): Statement {
    const values: [ReturnType<ExpressionParser['target']>, Expression][] = [];
    while (!parser.atEnd) {
      if (values.length > 0) parser.sign(',');
      const target = parser.target();
      parser.sign('=');
      values.push([target, parser.expression()]);
    }
    return { kind: 'with', values, body: this.#upTo('endwith') };
  }

  #macro(parser: ExpressionParser): Statement {
    const name = parser.name();
    parser.sign('(');
    const parameters: Parameter[] = [];
    while (!parser.skipSign(')')) {
      if (parameters.length > 0) parser.sign(',');
      const parameter = parser.name();
      parameters.push({ name: parameter, value: parser.skipSign('=') ? parser.expression() : undefined });
    }
    parser.end();
    return { kind: 'macro', name, parameters, body: this.#upTo('endmacro') };
  }
}

function whole(tokens: readonly Token[]): Expression {
  const parser = new ExpressionParser(tokens);
  const value = parser.tuple();
  parser.end();
  return value;
}
