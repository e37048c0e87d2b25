/**
 * Does a plan file do what these playbooks declare, and nothing else? The digest of a plan says that no byte of it was
 * changed, not who made it; this says that it does not matter who did. The steps are worked out again from the manifests on
 * each host, so a plan whose manifests are the playbooks' own can do nothing that they do not ask for. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../model/manifest.ts';
import type { SavedPlan } from '../model/plan-file.ts';
import { type Rollout, saveRollout } from '../model/rollout.ts';
import type { GuardOptions } from '../planning/guard.ts';
import { inputsDigest } from './write.ts';

export interface Declared {
  readonly targets: readonly { readonly host: string; readonly manifest: Manifest }[];
  readonly rollouts: readonly Rollout[];
}

/** Undefined: it does. `allowed`: what this command line allows, which the plan may not go beyond. */
export function whyNotDeclared(
  plan: SavedPlan,
  declared: Declared,
  allowed: GuardOptions,
): string | undefined {
  const manifests = new Map(declared.targets.map(({ host, manifest }) => [host, manifest]));
  for (const { host, manifest } of plan.hosts) {
    const own = manifests.get(host);
    if (own === undefined) return `the playbooks ask nothing of ${JSON.stringify(host)}`;
    if (!isSame(manifest, own)) return `the playbooks ask something else of ${JSON.stringify(host)}`;
  }
  if (!isSame(plan.rollouts, declared.rollouts.map(saveRollout))) {
    return 'the playbooks have other batches or limits of failure';
  }
  if (plan.inputs !== inputsDigest(declared)) return 'the playbooks and the inventory come to something else';
  if (plan.allow_disruption && !allowed.allowDisruption) return 'it was made with --allow-disruption';
  if (plan.allow_lockout && !allowed.allowLockout) return 'it was made with --allow-lockout';
  const most = allowed.maxDelete ?? null;
  if (plan.max_delete !== most) {
    return `it was made with ${plan.max_delete === null ? 'no --max-delete' : `--max-delete ${plan.max_delete}`}`;
  }
  return undefined;
}

/** As both would stand in a file: what is undefined is not there. */
function isSame(one: unknown, other: unknown): boolean {
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
  return isDeepStrictEqual(plain(one), plain(other));
}
