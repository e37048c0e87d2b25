/** Laws of ignored differences, on random hosts of the simulated kernel: nothing is lost, and nothing ignored is touched. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchOf } from '../../src/iproute/batch.ts';
import type { Cause, Change, IgnoredDifference } from '../../src/model/change.ts';
import type { IgnoreRule, Manifest } from '../../src/model/manifest.ts';
import { compareHost, diffHost } from '../../src/planning/diff.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import { verifyHost } from '../../src/planning/verify.ts';
import { ignoreRules, needsHiddenMac, type Scene, scenes } from '../support/arbitraries.ts';
import { kernelWith } from '../support/model-build.ts';
import { observe } from '../support/model-host.ts';

const RUNS = { numRuns: Number(process.env.TAPFLEET_LAW_RUNS ?? 300) };
const FREE = { allowDisruption: false };

function law(title: string, holds: (scene: Scene, ignoring: Manifest) => void): void {
  const withRules = (scene: Scene, ignore: readonly IgnoreRule[]) =>
    holds(scene, { ...scene.manifest, ignore });
  test(title, () => fc.assert(fc.property(scenes, ignoreRules, withRules), RUNS));
}

law('what is planned and what is ignored are together what is planned without rules', (scene, ignoring) => {
  const observed = observe(kernelWith(scene.taps));
  const { changes, ignored } = compareHost(ignoring, observed);
  const all = diffHost(scene.manifest, observed);
  expect([...differences(changes), ...differences(ignored)].sort()).toEqual(differences(all).sort());
});

law('a plan with rules is applied, seen done, and nothing is left to plan', (scene, ignoring) => {
  fc.pre(!needsHiddenMac(scene));
  const kernel = kernelWith(scene.taps);
  const plan = planHost(ignoring, observe(kernel), FREE);
  if (plan.refusals.length > 0) return;
  expect(kernel.batch(batchOf(plan.steps)).stderr).toBe('');
  expect(verifyHost(plan, observe(kernel), undefined).problems).toEqual([]);
  const second = planHost(ignoring, observe(kernel), FREE);
  expect([second.changes, second.refusals, second.steps]).toEqual([[], [], []]);
});

law('what is ignored is on the host as it was', (scene, ignoring) => {
  fc.pre(!needsHiddenMac(scene));
  const kernel = kernelWith(scene.taps);
  const plan = planHost(ignoring, observe(kernel), FREE);
  kernel.batch(batchOf(plan.steps));
  const now = observe(kernel).macvtaps;
  for (const { interface: name, fields } of plan.ignored) {
    const before = plan.observed.macvtaps.get(name);
    const after = now.get(name);
    expect([name, after !== undefined]).toEqual([name, before !== undefined]);
    for (const { field } of before ? fields : []) {
      // An MTU that rises over 1280 brings IPv6 back, with the kernel's own mode.
      const byKernel = field === 'mark' || (field === 'addrgenmode' && (before?.fields.mtu ?? 0) < 1280);
      if (!byKernel)
        expect([name, field, after?.fields[field]]).toEqual([name, field, before?.fields[field]]);
    }
  }
});

law('when the rules go, an ignored field is called what it was called before them', (scene, ignoring) => {
  fc.pre(!needsHiddenMac(scene));
  const kernel = kernelWith(scene.taps);
  const plan = planHost(ignoring, observe(kernel), FREE);
  if (plan.refusals.length > 0) return;
  kernel.batch(batchOf(plan.steps));
  const called = causes(diffHost(scene.manifest, observe(kernel)));
  for (const one of plan.ignored) {
    for (const [field, cause] of causes([one])) {
      if (!field.endsWith(' mark')) expect([field, called.get(field)]).toEqual([field, cause]);
    }
  }
});

/** One text a difference. A mark that is renewed is none: of an ignored field its entry is not renewed. */
function differences(list: readonly (Change | IgnoredDifference)[]): string[] {
  return list.flatMap(({ interface: name, action, fields }) =>
    action === 'create' || action === 'delete'
      ? [`${name} ${action}`]
      : fields.flatMap(({ field, before, after }) =>
          field === 'mark' ? [] : [`${name} ${field} ${JSON.stringify([before, after])}`],
        ),
  );
}

function causes(list: readonly (Change | IgnoredDifference)[]): Map<string, Cause> {
  return new Map(
    list.flatMap(({ interface: name, fields }) =>
      fields.map(({ field, cause }) => [`${name} ${field}`, cause] as const),
    ),
  );
}
