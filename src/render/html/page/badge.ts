/** Answers how a state is shown: symbol, word and colour together; the symbol is for eyes only. */
import type { Face } from '../faces.ts';
import { element } from './element.ts';

export function badge({ symbol, word, tone }: Face): HTMLElement {
  return element('span', { class: `badge ${tone}` }, symbolOf(symbol), ` ${word}`);
}

export function symbolOf(symbol: string): HTMLElement {
  return element('span', { class: 'symbol', 'aria-hidden': 'true' }, symbol);
}
