/**
 * What does `hostvars` hold for one template? The variables it names, of the hosts it names: a fleet's variables are
 * never evaluated as a whole. What a template names is found in template/hostvars-use.ts.
 */
import { type Host, hostNamed, type Inventory } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import { type Hostvars, type HostvarsNeed, type Lookup, TemplateError } from '../template/evaluate.ts';
import { textsIn } from '../template/hostvars-use.ts';
import { share } from '../template/shared.ts';
import type { HostVariables } from './variables.ts';

/** Hosts whose variables lead to those of other hosts, and so on. */
const MAX_DEPTH = 32;
/** Hosts that are found in variables of hosts that were found in variables. */
const MAX_ROUNDS = 8;

/** Values, where a template may ask for every variable of many hosts. */
const MAX_VALUES = 100_000;
/** Answers that are remembered for the next host that asks. */
const MAX_REMEMBERED = 64;

type Shared = Omit<HostVariables, 'host' | 'playVars'>;
type LookupFor = (variables: HostVariables) => Lookup;
type Answer = ReturnType<Hostvars>;

/** Play variables are not part of another host's, as in Ansible; `-e` is. */
export function hostvarsOf(variables: HostVariables, lookupFor: LookupFor): Hostvars {
  const { host: _host, playVars: _playVars, ...shared } = variables;
  const others = () => othersOf(shared, lookupFor);
  return Object.defineProperty((need: HostvarsNeed) => others().answer(need), 'id', {
    get: () => others().id,
  }) as Hostvars;
}

/** Names that every host has, beside those that copy the whole inventory. */
const MAGIC_NAMES = ['inventory_hostname', 'inventory_hostname_short', 'group_names'];
let lastId = 0;

/** The variables of hosts as others see them: each evaluated once, whoever asks. */
class Others {
  readonly #lookups = new Map<string, Lookup>();
  /** What is being evaluated, and what failed meanwhile: without it hosts that all look at each other take forever. */
  readonly #failed = new Map<string, TemplateError>();
  readonly #answers = new Map<string, Answer>();
  #depth = 0;
  readonly id = ++lastId;

  constructor(
    readonly shared: Shared,
    readonly lookupFor: LookupFor,
  ) {}

  /** The same for the same need, whichever host asks. */
  answer(need: HostvarsNeed): Answer {
    if (need.perhaps !== 'all') return this.#enter(() => this.#collect(need));
    // This machine where it is only implied is not among all.
    const { hosts, implicit } = this.shared.inventory;
    const also = need.hosts.filter((name) => !hosts.has(name) && implicit?.has(name));
    const key = JSON.stringify([need.variables, also]);
    const known = this.#answers.get(key);
    if (known) return known;
    const answer = this.#enter(() => this.#collect({ ...need, hosts: also }));
    // What failed may be a circle, which is none for the next host.
    if (answer.failure) return answer;
    if (this.#answers.size >= MAX_REMEMBERED) this.#answers.clear();
    this.#answers.set(key, answer);
    share(answer.hosts as object);
    return answer;
  }

  #collect({ hosts, perhaps, variables }: HostvarsNeed): Answer {
    const { inventory } = this.shared;
    const all = perhaps === 'all';
    const found: Record<string, Json> = {};
    let failure: TemplateError | undefined;
    let count = 0;
    const add = (name: string, sure: boolean): Json => {
      const host = Object.hasOwn(found, name) ? undefined : hostNamed(inventory, name);
      if (!host) return null;
      const values: Record<string, Json> = {};
      for (const variable of variables === 'all' ? this.#namesOf(host) : variables) {
        const value = this.#get(name, variable);
        if (value instanceof TemplateError) {
          if ((sure && variables !== 'all') || value.fatal) throw value;
          failure ??= value;
        } else if (value !== undefined && variable !== '__proto__') {
          values[variable] = value;
          count += 1;
        }
      }
      if (variables === 'all' && count > MAX_VALUES) {
        throw new TemplateError(
          'the name of a variable in hostvars is put together, so that every variable of every host may be meant',
          'write the name out, as in hostvars[host].name, or write the name of the host out',
        );
      }
      found[name] = values;
      return values;
    };
    for (const name of hosts) add(name, true);
    let due: readonly string[] = all ? [...inventory.hosts.keys()] : perhaps;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const fresh = [...new Set(due)].map((name) => add(name, false)).filter((values) => values !== null);
      // A host that a loop finds may name the next: hostvars[hostvars[name].peer].
      if (all || fresh.length === 0) break;
      due = fresh.flatMap(textsIn);
    }
    return { hosts: found, failure };
  }

  #namesOf(host: Host): readonly string[] {
    return [...new Set([...host.vars.keys(), ...(this.shared.extraVars?.keys() ?? []), ...MAGIC_NAMES])];
  }

  #enter<T>(work: () => T): T {
    if (this.#depth >= MAX_DEPTH) {
      throw new TemplateError(
        `hostvars lead from host to host more than ${MAX_DEPTH} times`,
        'shorten the chain',
      );
    }
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.#failed.clear();
    }
  }

  #get(name: string, variable: string): Json | undefined | TemplateError {
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
