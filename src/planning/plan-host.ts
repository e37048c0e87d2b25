/** Desired and observed → the plan of one host: its changes, what forbids them, and the steps that make them. Pure. */
import type { Manifest } from '../model/manifest.ts';
import type { ObservedState } from '../model/observed.ts';
import type { PlannedHost } from '../model/plan.ts';
import { compareHost } from './diff.ts';
import { type GuardOptions, guardHost } from './guard.ts';
import { touchesManagement } from './management.ts';
import { putBack } from './put-back.ts';
import { stepsOf } from './steps.ts';
import { warningsOf } from './warnings.ts';

export function planHost(asked: Manifest, observed: ObservedState, options: GuardOptions): PlannedHost {
  const { manifest, warnings } = putBack(asked, observed);
  const { changes, ignored } = compareHost(manifest, observed);
  const { impossible = [] } = manifest;
  const guarded = guardHost(manifest, observed, changes, options);
  const refusals = guarded.length > 0 || changes.length === 0 ? [...guarded, ...impossible] : [];
  const steps = refusals.length > 0 ? [] : stepsOf(manifest.host, changes, observed);
  const risky = touchesManagement(observed, changes);
  return {
    kind: 'planned',
    host: manifest.host,
    manifest,
    observed,
    changes,
    ignored,
    refusals,
    confirmOver: changes.length === 0 ? undefined : risky ? 'new-connection' : 'same-connection',
    warnings: [...warnings, ...warningsOf(observed, changes)],
    steps,
  };
}
