/**
 * What does `hostvars` hold? The variables of every host, each evaluated when a template asks for it and not before: a fleet's
 * variables are never evaluated as a whole, but where a template prints them all.
 */
import { type Host, hostNamed, type Inventory } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import { LazyMap, type Lookup, TemplateError } from '../template/evaluate.ts';
import type { HostVariables } from './variables.ts';

/** Hosts whose variables lead to those of other hosts, and so on. */
const MAX_DEPTH = 32;
/** Names that every host has, beside those that copy the whole inventory. */
const MAGIC_NAMES = ['inventory_hostname', 'inventory_hostname_short', 'group_names'];

type Shared = Omit<HostVariables, 'host' | 'playVars'>;
type LookupFor = (variables: HostVariables) => Lookup;

/** Play variables are not part of another host's, as in Ansible; `-e` is. */
export function hostvarsOf(variables: HostVariables, lookupFor: LookupFor): LazyMap {
  const { host: _host, playVars: _playVars, ...shared } = variables;
  const others = known.get(shared.inventory);
  if (others && others.shared.extraVars === shared.extraVars && others.shared.vault === shared.vault)
    return others;
  const made = new Others(shared, lookupFor);
  known.set(shared.inventory, made);
  return made;
}

/** One for all hosts of an inventory under the same `-e` and vault. */
const known = new WeakMap<Inventory, Others>();

/** The hosts as others see them: each variable evaluated once, whoever asks. */
class Others extends LazyMap {
  readonly #hosts = new Map<string, OtherHost>();

  constructor(
    readonly shared: Shared,
    readonly lookupFor: LookupFor,
  ) {
    super();
  }

  keys(): readonly string[] {
    return [...this.shared.inventory.hosts.keys()];
  }

  /** This machine too where it is only implied, which is not among all. */
  get(name: string): OtherHost | undefined {
    const made = this.#hosts.get(name);
    if (made) return made;
    const host = hostNamed(this.shared.inventory, name);
    if (!host) return undefined;
    const other = new OtherHost(host, this.lookupFor({ ...this.shared, host }), this.shared);
    this.#hosts.set(name, other);
    return other;
  }
}

let depth = 0;

class OtherHost extends LazyMap {
  readonly #asked = new Set<string>();

  constructor(
    private readonly host: Host,
    private readonly lookup: Lookup,
    private readonly shared: Shared,
  ) {
    super();
  }

  keys(): readonly string[] {
    return [...new Set([...this.host.vars.keys(), ...(this.shared.extraVars?.keys() ?? []), ...MAGIC_NAMES])];
  }

  /** Throws TemplateError where hosts look at each other in a circle. */
  get(name: string): Json | undefined {
    if (this.#asked.has(name)) {
      throw new TemplateError(
        `the variable "${name}" of ${this.host.name} refers to itself, through hostvars of other hosts`,
        'break the circle',
      );
    }
    if (depth >= MAX_DEPTH) {
      throw new TemplateError(
        `hostvars lead from host to host more than ${MAX_DEPTH} times`,
        'shorten the chain',
      );
    }
    this.#asked.add(name);
    depth += 1;
    try {
      return this.lookup(name);
    } finally {
      depth -= 1;
      this.#asked.delete(name);
    }
  }
}
