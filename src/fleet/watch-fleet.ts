/** Many hosts that are watched, each alone with its trouble; which they are may change while it goes on. */
import { HealBudget } from '../watch/heal.ts';
import { type Figures, newCounters } from '../watch/metrics.ts';
import { Turns } from '../watch/turns.ts';
import type { Healing } from './heal-host.ts';
import type { Target } from './target.ts';
import { HostWatch, type HostWatchOptions } from './watch-host.ts';

export interface FleetWatchOptions
  extends Pick<HostWatchOptions, 'reaching' | 'intervalMs' | 'tell'>,
    Partial<Pick<HostWatchOptions, 'now' | 'random'>> {
  /** Hosts logged in on or read at once. */
  readonly forks: number;
  readonly heal?: Omit<Healing, 'budget' | 'turns'> & { readonly perHour: number };
}

/** For hosts to be told that it is over, in milliseconds. */
const STUCK_MS = 1_000;

export class FleetWatch {
  readonly #options: HostWatchOptions;
  readonly #hosts = new Map<string, { readonly watch: HostWatch; readonly end: Promise<void> }>();
  readonly #counters = newCounters();

  constructor({
    forks,
    heal,
    now = () => performance.now(),
    random = Math.random,
    ...rest
  }: FleetWatchOptions) {
    const healing = heal && { ...heal, budget: new HealBudget(heal.perHour), turns: new Turns(1) };
    this.#options = {
      ...rest,
      now,
      random,
      counters: this.#counters,
      turns: new Turns(forks),
      ...(healing ? { healing } : {}),
    };
  }

  /** From now on these are watched, and no others. Those that stay keep their connections. */
  update(targets: readonly Target[]): {
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
  } {
    const wanted = new Set(targets.map(({ host }) => host));
    let [added, changed, removed] = [0, 0, 0];
    for (const [host, { watch }] of this.#hosts) {
      if (wanted.has(host)) continue;
      watch.stop();
      this.#hosts.delete(host);
      this.#options.tell({ event: 'host-gone', host });
      removed++;
    }
    for (const target of targets) {
      const known = this.#hosts.get(target.host);
      if (known?.watch.update(target)) changed++;
      // Set anew, so that they stand in the order of the inventory.
      this.#hosts.delete(target.host);
      this.#hosts.set(target.host, known ?? this.#begin(target));
      if (!known) added++;
    }
    this.#counters.reloads.loaded++;
    return { added, changed, removed };
  }

  #begin(target: Target) {
    const watch = new HostWatch(target, this.#options);
    return { watch, end: watch.run() };
  }

  /** The files that hosts would be updated from are broken. */
  refuseUpdate(): void {
    this.#counters.reloads.refused++;
  }

  /** Every host is read, or tried again, at once; what fought back is healed again. */
  hurry(): void {
    for (const { watch } of this.#hosts.values()) {
      watch.forgive();
      watch.hurry();
    }
  }

  get figures(): Figures {
    const { healing, now } = this.#options;
    return {
      hosts: [...this.#hosts.values()].map(({ watch }) => watch.figures),
      counters: this.#counters,
      ...(healing ? { healsLeft: healing.budget.left(now()) } : {}),
    };
  }

  /** Repairs that are under way are finished; a host that is stuck is not waited for. */
  async stop(): Promise<void> {
    for (const { watch } of this.#hosts.values()) watch.stop();
    await this.#options.healing?.turns.begin();
    const ends = Promise.all([...this.#hosts.values()].map(({ end }) => end));
    await Promise.race([ends, new Promise((resolve) => setTimeout(resolve, STUCK_MS).unref())]);
  }
}
