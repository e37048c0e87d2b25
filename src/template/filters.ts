/**
 * Which filters are there? Jinja's own and those of Ansible's that compute and nothing else. Each works as in Jinja 3 or
 * ansible-core 2.14; none takes a pattern, for a pattern can be made to match for ever.
 */
import type { Budget } from './budget.ts';
import { DATA_FILTERS } from './filters-data.ts';
import { LIST_FILTERS } from './filters-list.ts';
import { NUMBER_FILTERS } from './filters-number.ts';
import { TEXT_FILTERS } from './filters-text.ts';
import type { Arguments, Value } from './value.ts';

/** What filters such as `map` and `select` apply to each item. */
export interface Named {
  filter(name: string, value: Value, given: Arguments): Value;
  test(name: string, value: Value, given: Arguments): boolean;
}

/** `value` may be missing: whoever uses it finds out. */
export type Filter = (value: Value, given: Arguments, budget: Budget, named: Named) => Value;
export type Filters = { readonly [name: string]: Filter };

const ALL: ReadonlyMap<string, Filter> = new Map(
  Object.entries({ ...TEXT_FILTERS, ...NUMBER_FILTERS, ...LIST_FILTERS, ...DATA_FILTERS }),
);

export function filterNamed(name: string): Filter | undefined {
  return ALL.get(name.replace(/^ansible\.builtin\./, ''));
}

/** In the order of the alphabet. */
export const FILTER_NAMES: readonly string[] = [...ALL.keys()].sort();
