/**
 * How do the groups of a draft stand to each other? Breaks circles, gives every group a place below `all`, keeps
 * `ungrouped` honest, and answers who is above and who is inside. Pure; the order of everything is Ansible's.
 */
import { compareText } from '../model/compare.ts';
import type { Diagnostics } from '../model/diagnostic.ts';
import type { Draft, DraftGroup } from './draft.ts';

/** Deeper nesting of groups than this is refused: nobody could say which variable wins. */
const MAX_GROUP_DEPTH = 64;

export interface GroupTree {
  /** Steps on the longest way down from `all`, which is 0. */
  readonly depthOf: (group: string) => number;
  /** Every group a host is in through these groups, themselves included, `all` not, in the order variables merge. */
  readonly mergeOrder: (groups: readonly string[]) => readonly string[];
  /** Hosts of the group and its descendants, nearest level first: the order of `ansible GROUP --list-hosts`. */
  readonly hostsOf: (group: string) => readonly string[];
  /** The groups that list a host themselves. */
  readonly ownGroupsOf: (host: string) => readonly string[];
}

/** Mends the draft where it must (each time with a diagnostic) and reads the tree off it. */
export function arrangeGroups(draft: Draft, diagnostics: Diagnostics): GroupTree {
  breakCircles(draft, diagnostics);
  adoptOrphans(draft);
  settleUngrouped(draft);
  warnOfSharedNames(draft, diagnostics);
  const topDown = [...postOrder(draft)].reverse();
  const depths = new Map<string, number>();
  const parents = new Map<string, string[]>();
  for (const group of topDown) {
    const depth = depths.get(group.name) ?? 0;
    for (const child of group.children.keys()) {
      depths.set(child, Math.max(depths.get(child) ?? 0, depth + 1));
      listIn(parents, child).push(group.name);
    }
  }
  refuseDepth(draft, depths, diagnostics);
  const depthOf = (name: string) => depths.get(name) ?? 0;
  const priorityOf = (name: string) => draft.groups.get(name)?.priority ?? 1;
  const owners = new Map<string, string[]>();
  for (const group of draft.groups.values())
    for (const host of group.hosts) listIn(owners, host).push(group.name);
  return {
    depthOf,
    mergeOrder: (groups) =>
      [...reach(groups, (name) => parents.get(name) ?? [])]
        .filter((name) => name !== 'all')
        .sort((a, b) => depthOf(a) - depthOf(b) || priorityOf(a) - priorityOf(b) || compareText(a, b)),
    hostsOf: (name) => hostsBelow(draft, name),
    ownGroupsOf: (host) => owners.get(host) ?? [],
  };
}

function hostsBelow(draft: Draft, name: string): readonly string[] {
  const hosts = new Set<string>();
  for (const group of reach([name], (one) => draft.groups.get(one)?.children.keys() ?? [])) {
    for (const host of draft.groups.get(group)?.hosts ?? []) hosts.add(host);
  }
  return [...hosts];
}

/** Breadth first: each name once, level by level. A Set visits what is added while it is walked. */
function reach(from: Iterable<string>, next: (name: string) => Iterable<string>): Set<string> {
  const found = new Set(from);
  for (const name of found) for (const one of next(name)) found.add(one);
  return found;
}

/** Takes out every edge that leads back up, with an error at the place that wrote it. */
function breakCircles(draft: Draft, diagnostics: Diagnostics): void {
  for (const group of draft.groups.values()) {
    const where = group.children.get('all');
    if (!group.children.delete('all')) continue;
    diagnostics.error(`"all" is a child of the group "${group.name}", but it holds every group`, {
      hint: 'take it out of "children"',
      ...(where ? { where } : {}),
    });
  }
  for (const _ of postOrder(draft, (parent, child) => {
    const where = parent.children.get(child);
    const what =
      parent.name === child
        ? `the group "${child}" is its own child`
        : `the group "${child}" is a child of "${parent.name}", which is below "${child}" itself`;
    diagnostics.error(what, { hint: 'take one of the two out of "children"', ...(where ? { where } : {}) });
    parent.children.delete(child);
  }));
}

/** Every group after its descendants; `onCircle` is told of an edge to a group that is being visited. No recursion. */
function* postOrder(
  draft: Draft,
  onCircle: (parent: DraftGroup, child: string) => void = () => {},
): Generator<DraftGroup> {
  const state = new Map<string, 'open' | 'done'>();
  for (const root of draft.groups.values()) {
    if (state.has(root.name)) continue;
    state.set(root.name, 'open');
    const path = [{ group: root, children: [...root.children.keys()].values() }];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.children.next();
      if (next.done) {
        state.set(top.group.name, 'done');
        path.pop();
        yield top.group;
        continue;
      }
      const child = draft.groups.get(next.value);
      if (!child || state.get(child.name) === 'done') continue;
      if (state.get(child.name) === 'open') onCircle(top.group, child.name);
      else {
        state.set(child.name, 'open');
        path.push({ group: child, children: [...child.children.keys()].values() });
      }
    }
  }
}

/** A group that nobody's child names is a child of `all`. */
function adoptOrphans(draft: Draft): void {
  const all = draft.groups.get('all');
  const named = new Set([...draft.groups.values()].flatMap((group) => [...group.children.keys()]));
  for (const name of draft.groups.keys())
    if (name !== 'all' && !named.has(name)) all?.children.set(name, undefined);
}

/** `ungrouped` holds exactly the hosts that no group but `all` lists. */
function settleUngrouped(draft: Draft): void {
  const ungrouped = draft.groups.get('ungrouped');
  const grouped = new Set<string>();
  for (const group of draft.groups.values()) {
    if (group.name === 'all' || group === ungrouped) continue;
    for (const host of group.hosts) grouped.add(host);
  }
  for (const host of draft.hosts.keys()) {
    if (grouped.has(host)) ungrouped?.hosts.delete(host);
    else ungrouped?.hosts.add(host);
  }
}

function warnOfSharedNames(draft: Draft, diagnostics: Diagnostics): void {
  for (const group of draft.groups.values()) {
    const host = draft.hosts.get(group.name);
    if (!host) continue;
    diagnostics.warning(`"${group.name}" is the name of a group and of a host`, {
      hint: 'rename one: a pattern with this name means the host alone',
      ...(group.where ? { where: group.where } : {}),
      ...(host.where ? { related: { note: 'the host', where: host.where } } : {}),
    });
  }
}

function refuseDepth(draft: Draft, depths: ReadonlyMap<string, number>, diagnostics: Diagnostics): void {
  for (const [name, depth] of depths) {
    const where = draft.groups.get(name)?.where;
    if (depth !== MAX_GROUP_DEPTH + 1) continue;
    diagnostics.error(`the group "${name}" is nested deeper than ${MAX_GROUP_DEPTH} levels`, {
      hint: 'flatten the tree of groups',
      ...(where ? { where } : {}),
    });
    return;
  }
}

function listIn(map: Map<string, string[]>, key: string): string[] {
  const known = map.get(key);
  if (known) return known;
  const made: string[] = [];
  map.set(key, made);
  return made;
}
