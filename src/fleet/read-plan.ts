/**
 * One host read and planned. Who holds its taps is looked for only where an interface that is there would be changed: that
 * search is most of what reading a busy host costs, and says nothing where nobody can be cut off.
 */
import type { Asked } from '../host/gather-script.ts';
import type { Manifest } from '../model/manifest.ts';
import type { ObservedState } from '../model/observed.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { GuardOptions } from '../planning/guard.ts';
import type { Connection } from '../remote/connection.ts';
import { patiently } from './patience.ts';
import { READ_PATIENCE_MS, type ReachOptions, readAgain } from './reach.ts';
import type { Slot } from './schedule.ts';
import { gatherAsking, READ_TIMEOUT_MS } from './session.ts';
import { planOf, type Target } from './target.ts';

export interface ReadPlanOptions extends Pick<ReachOptions, 'commandTimeoutMs'> {
  readonly guard: GuardOptions;
  /** Whether the plan may be applied or saved, and so must tell later whether the host has moved. */
  readonly prints: boolean;
}

/** Over a login that stands, and one session of it. Throws HostTrouble. */
export async function readPlan(
  connection: Connection,
  target: Target,
  { guard, prints, commandTimeoutMs = READ_TIMEOUT_MS }: ReadPlanOptions,
  slot: Slot,
): Promise<PlannedHost> {
  const asked = askedFor(target, prints);
  let plan: PlannedHost | undefined;
  const wants = (observed: ObservedState): boolean => {
    plan = planOf(target, observed, guard);
    return needsHolders(plan);
  };
  const { observed, looked } = await patiently(
    slot,
    READ_PATIENCE_MS,
    gatherAsking(connection, commandTimeoutMs, asked, wants),
  );
  if (plan && !looked) return plan;
  const found = planOf(target, observed, guard);
  if (looked || !needsHolders(found)) return found;
  const closer = await readAgain(connection, { commandTimeoutMs }, slot, { ...asked, holders: true });
  return planOf(target, closer, guard);
}

/** What a plan of this target rests on, holders apart. */
export function askedFor({ manifest, expected }: Target, prints: boolean): Asked {
  return { prints: prints || expected !== undefined, versions: declaresNew(manifest), holders: false };
}

/** Whether it would change an interface of which nobody has looked who holds it. */
export function needsHolders({ changes }: PlannedHost): boolean {
  return changes.some(({ before, holders }) => before !== null && holders === 'unknown');
}

/** Of what can be declared, this alone is not known to every `ip`. */
function declaresNew({ present, before = [] }: Manifest): boolean {
  return [...present, ...before].some(({ fields }) => fields.bcqueuelen !== undefined);
}
