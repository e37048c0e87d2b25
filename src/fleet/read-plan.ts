/**
 * One host read and planned. Who holds its taps is looked for only where an interface that is there would be changed: that
 * search is most of what reading a busy host costs, and says nothing where nobody can be cut off.
 */
import type { Asked } from '../host/gather-script.ts';
import type { Manifest } from '../model/manifest.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { GuardOptions } from '../planning/guard.ts';
import type { Connection } from '../remote/connection.ts';
import { type ReachOptions, readAgain } from './reach.ts';
import type { Slot } from './schedule.ts';
import { planOf, type Target } from './target.ts';

export interface ReadPlanOptions extends Pick<ReachOptions, 'commandTimeoutMs'> {
  readonly guard: GuardOptions;
  /** Whether the plan may be applied or saved, and so must tell later whether the host has moved. */
  readonly prints: boolean;
}

/** Over a login that stands. Throws HostTrouble. */
export async function readPlan(
  connection: Connection,
  target: Target,
  options: ReadPlanOptions,
  slot: Slot,
): Promise<PlannedHost> {
  const asked = askedFor(target, options.prints);
  const plan = planOf(target, await readAgain(connection, options, slot, asked), options.guard);
  if (!needsHolders(plan)) return plan;
  const closer = await readAgain(connection, options, slot, { ...asked, holders: true });
  return planOf(target, closer, options.guard);
}

/** What a plan of this target rests on, holders apart. */
export function askedFor({ manifest, expected }: Target, prints: boolean): Asked {
  return { prints: prints || expected !== undefined, versions: declaresNew(manifest), holders: false };
}

/** Whether a plan made without holders does without. */
export function needsHolders({ changes }: PlannedHost): boolean {
  return changes.some(({ before }) => before !== null);
}

/** Of what can be declared, this alone is not known to every `ip`. */
function declaresNew({ present }: Manifest): boolean {
  return present.some(({ fields }) => fields.bcqueuelen !== undefined);
}
