/** May we, as a whole? Refusals that are about us and not about the kernel: losing the way in, deleting too much. Pure. */
import type { Change } from '../model/change.ts';
import type { Manifest } from '../model/manifest.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Problem } from '../model/problem.ts';
import { lockoutReason } from './management.ts';

/** Fewer deletions than this are never too many. */
const ALWAYS_ALLOWED = 5;

/** `--allow-lockout` lets it pass; the dead-man switch then always asks for a new connection. */
export function guardLockout(observed: ObservedState, change: Change): Problem[] {
  const reason = lockoutReason(observed, change);
  if (reason === undefined) return [];
  const message = `${change.interface}: ${reason}: use another lower device, or allow it with --allow-lockout`;
  return [{ kind: 'lockout', interface: change.interface, message }];
}

/**
 * Default: half of the interfaces this run owns on the host, at least 5. A host for which the plays declare nothing at
 * all is more often a mistake (an empty list, a wrong condition) than a wish: only a number allows it.
 */
export function guardDeletions(
  manifest: Manifest,
  observed: ObservedState,
  changes: readonly Change[],
  maxDelete: number | undefined,
): Problem[] {
  const deletions = changes.filter((change) => change.action === 'delete').length;
  if (deletions === 0) return [];
  const owners = new Set([...manifest.pruneOwners, ...manifest.absent.map(({ owner }) => owner)]);
  const owned = [...observed.macvtaps.values()].filter(({ mark }) => mark && owners.has(mark.owner)).length;
  const way = `if that is meant, say --max-delete ${deletions}`;
  if (maxDelete === undefined && manifest.present.length === 0 && manifest.absent.length === 0) {
    const message = `the plays declare no interface for this host, which would delete all ${deletions} it has: ${way}`;
    return [{ kind: 'prune-limit', message }];
  }
  const limit = maxDelete ?? Math.max(ALWAYS_ALLOWED, Math.floor(owned / 2));
  if (deletions <= limit) return [];
  const message = `the plan would delete ${deletions} of ${owned} owned interfaces, more than ${limit}: ${way}`;
  return [{ kind: 'prune-limit', message }];
}
