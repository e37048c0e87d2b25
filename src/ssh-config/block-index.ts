/** Which blocks may hold for a name? A fleet's configuration has thousands that name one host each; none is tried twice. */
import type { Block, SshConfig } from './read-config.ts';

interface BlockIndex {
  /** Positions of blocks that hold for these names alone. */
  readonly named: ReadonlyMap<string, readonly number[]>;
  /** Positions of the blocks that must be looked at for every name. */
  readonly others: readonly number[];
  readonly asksForFinal: boolean;
}

const known = new WeakMap<SshConfig, BlockIndex>();

/** In the order of the configuration. */
export function blocksFor(config: SshConfig, name: string): readonly Block[] {
  const { named, others } = indexOf(config);
  const own = named.get(name) ?? [];
  return [...own, ...others].sort((a, b) => a - b).flatMap((at) => config[at] ?? []);
}

/** A `Match final` anywhere, whether its block holds or not, makes ssh read everything twice. */
export function asksForFinal(config: SshConfig): boolean {
  return indexOf(config).asksForFinal;
}

function indexOf(config: SshConfig): BlockIndex {
  const made = known.get(config) ?? makeIndex(config);
  known.set(config, made);
  return made;
}

function makeIndex(config: SshConfig): BlockIndex {
  const named = new Map<string, number[]>();
  const others: number[] = [];
  for (const [at, { conditions, items }] of config.entries()) {
    const names = conditions.find((condition) => condition.names)?.names;
    // What is wrong in a block is wrong for every host.
    if (!names || items.some((item) => 'unknown' in item)) others.push(at);
    else {
      for (const name of names) {
        const found = named.get(name);
        if (found) found.push(at);
        else named.set(name, [at]);
      }
    }
  }
  const final = config.some(({ conditions }) => conditions.some((condition) => condition.asksForFinal));
  return { named, others, asksForFinal: final };
}
