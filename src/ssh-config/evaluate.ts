/** Which options of the client configuration hold for one host? In their order: of most keywords the first counts. */
import { splitArguments } from './line.ts';
import { compilePatternList } from './pattern.ts';
import type { Condition, ConfigOption } from './read-config.ts';

export interface Destination {
  /** What ssh would be given. */
  readonly name: string;
  /** Undefined where neither variable nor option names one: then the configuration's first `User` counts. */
  readonly user: string | undefined;
  readonly localUser: string;
}

export function optionsFor(
  config: readonly ConfigOption[],
  destination: Destination,
): readonly ConfigOption[] {
  const found: ConfigOption[] = [];
  const verdicts = new Map<Condition, boolean>();
  let hostName: string | undefined;
  let block: readonly Condition[] | undefined;
  let holds = true;
  let { user } = destination;
  for (const option of config) {
    // The options of a block share one list: it is judged where the block begins, so what it says does not count for it.
    if (option.conditions !== block) {
      block = option.conditions;
      holds = option.conditions.every((condition) => {
        if (condition.kind === 'host') return condition.holds(destination.name);
        const known = verdicts.get(condition);
        if (known !== undefined) return known;
        const names = { hostName: hostName ?? destination.name, user: user ?? destination.localUser };
        const verdict = judge(condition, { ...destination, ...names });
        verdicts.set(condition, verdict);
        return verdict;
      });
    }
    if (!holds) continue;
    found.push(option);
    const value = splitArguments(option.rest)?.[0];
    if (option.keyword === 'hostname') hostName ??= value?.replaceAll('%h', destination.name);
    else if (option.keyword === 'user') user ??= value;
  }
  return found;
}

function judge(
  condition: Extract<Condition, { readonly kind: 'match' }>,
  state: Destination & { readonly hostName: string; readonly user: string },
): boolean {
  return condition.criteria.every(([written, value]) => {
    const negated = written.startsWith('!');
    const held = criterion(negated ? written.slice(1) : written, value, state);
    return held !== undefined && held !== negated;
  });
}

/** Undefined: cannot be told here, so the block does not hold either way. */
function criterion(
  name: string,
  list: string,
  { name: original, hostName, user, localUser }: Parameters<typeof judge>[1],
): boolean | undefined {
  switch (name) {
    case 'all':
      return true;
    case 'host':
      return compilePatternList(list.toLowerCase())(hostName.toLowerCase());
    case 'originalhost':
      return compilePatternList(list.toLowerCase())(original.toLowerCase());
    case 'user':
      return compilePatternList(list)(user);
    case 'localuser':
      return compilePatternList(list)(localUser);
    default:
      return undefined;
  }
}
