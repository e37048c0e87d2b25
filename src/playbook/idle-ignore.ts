/**
 * Which ignore rules can never ignore anything? A slip in a name is otherwise seen only when a change that was to be
 * left to others is made. Pure; judges all hosts of a run together.
 */
import { globMatcher } from '../inventory/glob.ts';
import { compareText } from '../model/compare.ts';
import type { Diagnostic, Position } from '../model/diagnostic.ts';
import type { IgnoreRule, Manifest } from '../model/manifest.ts';
import type { PlannedHost } from '../model/plan.ts';
import { quote } from './quote.ts';

/** Names told in a hint. */
const MAX_NAMES = 5;

/**
 * A warning for each rule that matches nothing that its owner declares on any host. One that may be there for interfaces
 * that no play declares is left to `idleOnHosts`.
 */
export function idleIgnoreRules(manifests: readonly Manifest[]): Diagnostic[] {
  return idle(
    manifests.map((manifest) => ({ manifest, names: declaredNames(manifest) })),
    (rule, manifest) => !mayProtect(rule, manifest),
  );
}

/** The same of rules that keep what no play declares, once every host was read: they match nothing there either. */
export function idleOnHosts(
  plans: readonly {
    readonly manifest: Manifest;
    readonly observed: Pick<PlannedHost['observed'], 'macvtaps'>;
  }[],
): Diagnostic[] {
  return idle(
    plans.map(({ manifest, observed }) => {
      const names = declaredNames(manifest);
      for (const { name, mark } of observed.macvtaps.values()) {
        if (mark) names.set(mark.owner, (names.get(mark.owner) ?? new Set()).add(name));
      }
      return { manifest, names };
    }),
    mayProtect,
  );
}

/** Without `fields`, and where what the owner has and nobody declares would be deleted. */
function mayProtect({ fields, owner }: IgnoreRule, { pruneOwners }: Manifest): boolean {
  return fields === undefined && pruneOwners.includes(owner);
}

/** By owner. */
type Names = Map<string, Set<string>>;

function declaredNames({ present, absent }: Manifest): Names {
  const names: Names = new Map();
  for (const { name, owner } of [...present, ...absent]) {
    names.set(owner, (names.get(owner) ?? new Set()).add(name));
  }
  return names;
}

/** Rules that match a name on no host, and that are `judged` on every host they are for. */
function idle(
  hosts: readonly { readonly manifest: Manifest; readonly names: Names }[],
  judged: (rule: IgnoreRule, manifest: Manifest) => boolean,
): Diagnostic[] {
  const found = new Map<string, IgnoreRule | 'busy'>();
  const all: Names = new Map();
  for (const { manifest, names } of hosts) {
    for (const [owner, some] of names) {
      const known = all.get(owner) ?? new Set();
      for (const name of some) known.add(name);
      all.set(owner, known);
    }
    for (const rule of manifest.ignore) {
      // A template can give each host other names: one host on which they match is enough.
      const key = placeKey(rule.where);
      if (found.get(key) === 'busy') continue;
      const tests = rule.interfaces.map(globMatcher);
      const hit = [...(names.get(rule.owner) ?? [])].some((name) => tests.some((test) => test(name)));
      found.set(key, hit || !judged(rule, manifest) ? 'busy' : rule);
    }
  }
  return [...found.values()].flatMap((rule) =>
    rule === 'busy' ? [] : [warning(rule, [...(all.get(rule.owner) ?? [])].sort(compareText))],
  );
}

function warning({ interfaces, owner, where }: IgnoreRule, known: readonly string[]): Diagnostic {
  const told = known
    .slice(0, MAX_NAMES)
    .map((name) => quote(name))
    .join(', ');
  const has = known.length === 0 ? 'none' : `${told}${known.length > MAX_NAMES ? ', …' : ''}`;
  return {
    severity: 'warning',
    summary: `the ignore rule for ${interfaces.map((one) => quote(one)).join(', ')} matches no interface of any host`,
    hint: `the owner ${quote(owner)} has ${has}`,
    where,
  };
}

function placeKey({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
