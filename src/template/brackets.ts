/** Where do the brackets of a template's code close, and what is in them? Each token is looked at once, however they nest. */
import type { Token } from './tokens.ts';

/** Signs that make one text of two, or several of one. */
export const JOINT = /^[~+*%]$/;

type Counted = 'hostvars' | 'names' | 'strings' | 'joints';

export class Brackets {
  readonly #ends = new Map<number, number>();
  /** How many there are up to each token. */
  readonly #counts: Readonly<Record<Counted, number[]>> = {
    hostvars: [0],
    names: [0],
    strings: [0],
    joints: [0],
  };

  constructor(readonly tokens: readonly Token[]) {
    const open: number[] = [];
    for (const [at, { kind, text }] of tokens.entries()) {
      this.#add('hostvars', at, text === 'hostvars');
      this.#add('names', at, kind === 'name' && tokens[at + 1]?.text !== '=');
      this.#add('strings', at, kind === 'string');
      this.#add('joints', at, kind === 'sign' && JOINT.test(text));
      if (kind === 'sign' && '[({'.includes(text)) open.push(at);
      else if (kind === 'sign' && '])}'.includes(text)) this.#ends.set(open.pop() ?? -1, at);
    }
  }

  #add(what: Counted, at: number, counts: boolean): void {
    this.#counts[what].push((this.#counts[what][at] ?? 0) + (counts ? 1 : 0));
  }

  /** The index of the bracket that closes the one at `at`; behind the last token where none does. */
  end(at: number): number {
    return this.#ends.get(at) ?? this.tokens.length;
  }

  count(what: Counted, at: number): number {
    return (this.#counts[what][this.end(at)] ?? 0) - (this.#counts[what][at] ?? 0);
  }

  /** Whether more than a text as it is stands in the brackets. */
  holdsMore(at: number): boolean {
    return this.count('names', at) > 0 || (this.count('strings', at) > 0 && this.count('joints', at) > 0);
  }
}
