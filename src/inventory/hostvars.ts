/**
 * What does `hostvars` hold for one template? The variables it names, of the hosts it names: a fleet's variables are
 * never evaluated as a whole. What a template names is found in template/hostvars-use.ts.
 */
import { hostNamed, type Inventory } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import { type Hostvars, type Lookup, TemplateError } from '../template/evaluate.ts';
import { textsIn } from '../template/hostvars-use.ts';
import type { HostVariables } from './variables.ts';

/** Hosts whose variables lead to those of other hosts, and so on. */
const MAX_DEPTH = 32;
/** Hosts that are found in variables of hosts that were found in variables. */
const MAX_ROUNDS = 8;

type Shared = Omit<HostVariables, 'host' | 'playVars'>;
type LookupFor = (variables: HostVariables) => Lookup;

/** Play variables are not part of another host's, as in Ansible; `-e` is. */
export function hostvarsOf(variables: HostVariables, lookupFor: LookupFor): Hostvars {
  const { host: _host, playVars: _playVars, ...shared } = variables;
  return ({ words, hosts, perhaps }) => {
    const { inventory } = shared;
    const others = othersOf(shared, lookupFor);
    const found: Record<string, Json> = {};
    let failure: TemplateError | undefined;
    const add = (name: string, sure: boolean): Json => {
      if (Object.hasOwn(found, name) || !hostNamed(inventory, name)) return null;
      const values: Record<string, Json> = {};
      for (const word of words) {
        const value = others.get(name, word);
        if (value instanceof TemplateError) {
          if (sure || value.fatal) throw value;
          failure ??= value;
        } else if (value !== undefined && word !== '__proto__') values[word] = value;
      }
      found[name] = values;
      return values;
    };
    others.enter(() => {
      for (const name of hosts) add(name, true);
      const all = perhaps === 'all';
      let due: readonly string[] = [...words, ...(all ? inventory.hosts.keys() : perhaps)];
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const fresh = [...new Set(due)].map((name) => add(name, false)).filter((values) => values !== null);
        // A host that a loop finds may name the next: hostvars[hostvars[name].peer].
        if (all || perhaps.length === 0 || fresh.length === 0) break;
        due = fresh.flatMap(textsIn);
      }
    });
    return { hosts: found, failure };
  };
}

/** The variables of hosts as others see them: each evaluated once, whoever asks. */
class Others {
  readonly #lookups = new Map<string, Lookup>();
  /** What is being evaluated, and what failed meanwhile: without it hosts that all look at each other take forever. */
  readonly #failed = new Map<string, TemplateError>();
  #depth = 0;

  constructor(
    readonly shared: Shared,
    readonly lookupFor: LookupFor,
  ) {}

  enter(work: () => void): void {
    if (this.#depth >= MAX_DEPTH) {
      throw new TemplateError(
        `hostvars lead from host to host more than ${MAX_DEPTH} times`,
        'shorten the chain',
      );
    }
    this.#depth += 1;
    try {
      work();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.#failed.clear();
    }
  }

  get(name: string, variable: string): Json | undefined | TemplateError {
    const lookup = this.#lookup(name);
    if (!lookup) return undefined;
    const key = `${name}\0${variable}`;
    const failed = this.#failed.get(key);
    if (failed) return failed;
    const circle = `the variable "${variable}" of ${name} refers to itself, through hostvars of other hosts`;
    this.#failed.set(key, new TemplateError(circle, 'break the circle'));
    try {
      const value = lookup(variable);
      this.#failed.delete(key);
      return value;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.#failed.set(key, error);
      return error;
    }
  }

  #lookup(name: string): Lookup | undefined {
    const known = this.#lookups.get(name);
    if (known) return known;
    const host = hostNamed(this.shared.inventory, name);
    if (!host) return undefined;
    const lookup = this.lookupFor({ ...this.shared, host });
    this.#lookups.set(name, lookup);
    return lookup;
  }
}

const known = new WeakMap<Inventory, Others>();

/** One for all hosts of an inventory under the same `-e` and vault. */
function othersOf(shared: Shared, lookupFor: LookupFor): Others {
  const others = known.get(shared.inventory);
  if (others && others.shared.extraVars === shared.extraVars && others.shared.vault === shared.vault)
    return others;
  const made = new Others(shared, lookupFor);
  known.set(shared.inventory, made);
  return made;
}
