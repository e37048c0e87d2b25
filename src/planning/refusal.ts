/** What the parts of the guard share: how a refusal is said, which links are macvlans. */
import type { ObservedLink } from '../model/observed.ts';
import type { Problem, ProblemKind } from '../model/problem.ts';

export function refuse(kind: ProblemKind, name: string, message: string): Problem {
  return { kind, interface: name, message: `${name}: ${message}` };
}

export function isMacvlan(link: ObservedLink): boolean {
  return link.kind === 'macvlan' || link.kind === 'macvtap';
}
