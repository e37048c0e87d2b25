/** A host of a run, and what would be done on it as it was found. Pure. */
import type { ConnectionSettings } from '../model/connection.ts';
import type { Expectation } from '../model/expectation.ts';
import type { Manifest } from '../model/manifest.ts';
import type { ObservedState } from '../model/observed.ts';
import type { PlannedHost } from '../model/plan.ts';
import type { GuardOptions } from '../planning/guard.ts';
import { planHost } from '../planning/plan-host.ts';
import { holdTo } from '../planning/stale.ts';

/** A host of the run: what it must have and how it is reached. */
export interface Target {
  readonly host: string;
  readonly settings: ConnectionSettings;
  readonly manifest: Manifest;
  /** What was agreed to: a host that would now need anything else is refused. */
  readonly expected?: Expectation;
}

/** What would be done on a target as it was found. */
export function planOf(target: Target, observed: ObservedState, options: GuardOptions): PlannedHost {
  const found = planHost(target.manifest, observed, options);
  const plan = target.expected ? holdTo(target.expected, found) : found;
  // No change cuts the way to this machine itself, and another shell on it would prove nothing.
  return target.settings.kind === 'local' && plan.confirmOver
    ? { ...plan, confirmOver: 'same-connection' }
    : plan;
}
