/** Which functions may a template call? Those of Jinja that only compute. */
import { TemplateFailure } from './budget.ts';
import { Given } from './given.ts';
import {
  Callable,
  dictOf,
  entryOf,
  isList,
  isMap,
  keyOf,
  keysOf,
  mustItems,
  Namespace,
  type Value,
} from './value.ts';

const range = new Callable('range', (given, budget) => {
  const one = given.positional.length < 2;
  const args = new Given('range', given, one ? ['stop'] : ['start', 'stop', 'step']);
  const [start, stop, step] = [args.integer('start', 0), args.integer('stop'), args.integer('step', 1)];
  if (step === 0) throw new TemplateFailure('range with a step of 0 has no end');
  const size = Math.max(0, Math.ceil((stop - start) / step));
  budget.take(size);
  return Array.from({ length: size }, (_, index) => start + index * step);
});

const dict = new Callable('dict', ({ positional, named }, budget) => {
  const [first, more] = positional;
  if (more !== undefined) throw new TemplateFailure('dict is given too much');
  const entries: [string, Value][] = [];
  if (first !== undefined) {
    if (isMap(first)) for (const key of keysOf(first)) entries.push([key, entryOf(first, key) as Value]);
    else {
      for (const pair of mustItems(first, budget)) {
        if (!isList(pair) || pair.length !== 2)
          throw new TemplateFailure('dict is given what is no list of pairs');
        entries.push([keyOf(pair[0] as Value), pair[1] as Value]);
      }
    }
  }
  budget.take(entries.length + named.size);
  return dictOf([...entries, ...named]);
});

const namespace = new Callable('namespace', ({ named }) => {
  const made = new Namespace();
  for (const [name, value] of named) made.values.set(name, value);
  return made;
});

export const FUNCTIONS: ReadonlyMap<string, Callable> = new Map([
  ['range', range],
  ['dict', dict],
  ['namespace', namespace],
]);
