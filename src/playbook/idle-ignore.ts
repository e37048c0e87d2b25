/**
 * Which ignore rules can never ignore anything? A slip in a name is otherwise seen only when a change that was to be
 * left to others is made. Pure; judges all hosts of a run together.
 */
import { globMatcher } from '../inventory/glob.ts';
import { compareText } from '../model/compare.ts';
import type { Diagnostic, Position } from '../model/diagnostic.ts';
import type { IgnoreRule, Manifest } from '../model/manifest.ts';
import { quote } from './quote.ts';

/** Names told in a hint. */
const MAX_NAMES = 5;

/**
 * A warning for each rule that matches nothing that its owner declares on any host. One without `fields` may be there
 * for interfaces that no play declares, where those would be deleted: only the hosts can tell, so it is not judged.
 */
export function idleIgnoreRules(manifests: readonly Manifest[]): Diagnostic[] {
  const idle = new Map<string, IgnoreRule>();
  const busy = new Set<string>();
  const names = new Map<string, Set<string>>();
  for (const manifest of manifests) {
    const declared = [...manifest.present, ...manifest.absent];
    for (const { name, owner } of declared) names.set(owner, (names.get(owner) ?? new Set()).add(name));
    for (const rule of manifest.ignore) {
      // A template can give each host other names: one host on which they match is enough.
      const key = placeKey(rule.where);
      if (busy.has(key)) continue;
      const tests = rule.interfaces.map(globMatcher);
      const protects = rule.fields === undefined && manifest.pruneOwners.includes(rule.owner);
      if (
        protects ||
        declared.some(({ name, owner }) => owner === rule.owner && tests.some((test) => test(name)))
      ) {
        busy.add(key);
        idle.delete(key);
      } else idle.set(key, rule);
    }
  }
  return [...idle.values()].map(({ interfaces, owner, where }) => {
    const known = [...(names.get(owner) ?? [])].sort(compareText);
    const told = known
      .slice(0, MAX_NAMES)
      .map((name) => quote(name))
      .join(', ');
    const more = known.length > MAX_NAMES ? ', …' : '';
    return {
      severity: 'warning',
      summary: `the ignore rule for ${interfaces.map((one) => quote(one)).join(', ')} matches no interface of any host`,
      hint:
        known.length > 0
          ? `the owner ${quote(owner)} declares ${told}${more}`
          : `the owner ${quote(owner)} declares none`,
      where,
    };
  });
}

function placeKey({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
