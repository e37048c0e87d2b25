/**
 * What does `hostvars` hold for one template? The variables it names, of the hosts it names: a fleet's variables are
 * never evaluated as a whole. Which hosts those are is read off the template's words and the values it uses.
 */
import { hostNamed } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import { type Hostvars, type Lookup, TemplateError } from '../template/evaluate.ts';
import type { HostVariables } from './variables.ts';

/** Hosts whose variables lead to those of other hosts: a circle hits this at once. */
const MAX_DEPTH = 8;
let depth = 0;

/** Play variables are not part of another host's, as in Ansible; `-e` is. */
export function hostvarsOf(
  { playVars: _playVars, ...shared }: HostVariables,
  lookupFor: (variables: HostVariables) => Lookup,
): Hostvars {
  const { inventory } = shared;
  const lookups = new Map<string, Lookup>();
  const variablesOf = (name: string, names: readonly string[]): Json => {
    const host = hostNamed(inventory, name);
    if (!host) return {};
    const lookup = lookups.get(name) ?? lookupFor({ ...shared, host });
    lookups.set(name, lookup);
    const values = names.map((variable) => [variable, lookup(variable)] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Json;
  };
  return (words, values) => {
    if (depth >= MAX_DEPTH) {
      throw new TemplateError('hostvars of hosts refer to each other in a circle', 'break the circle');
    }
    depth += 1;
    try {
      const found: Record<string, Json> = {};
      let due: Iterable<string> = [...words, ...textsIn(values)];
      // A value found may itself be the name of a host: hostvars[hostvars[x].peer].
      for (let round = 0; round < MAX_DEPTH; round++) {
        const fresh = [...new Set(due)].filter(
          (name) => hostNamed(inventory, name) && !Object.hasOwn(found, name),
        );
        if (fresh.length === 0) break;
        for (const name of fresh) found[name] = variablesOf(name, words);
        due = textsIn(fresh.map((name) => found[name] ?? null));
      }
      return found;
    } finally {
      depth -= 1;
    }
  };
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}
