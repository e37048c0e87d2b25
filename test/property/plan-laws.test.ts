/** Laws of planning, tried on random hosts of the simulated kernel; a failure prints its seed and smallest scene. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchLine, batchOf } from '../../src/iproute/batch.ts';
import { readBatchFailure } from '../../src/iproute/errors.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { ObservedState } from '../../src/model/observed.ts';
import { diffHost } from '../../src/planning/diff.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import { stepsOf } from '../../src/planning/steps.ts';
import { verifyHost } from '../../src/planning/verify.ts';
import type { SimulatedKernel } from '../../src/simulation/kernel.ts';
import { needsHiddenMac, type Scene, scenes } from '../support/arbitraries.ts';
import { manifestOf, wanted } from '../support/builders.ts';
import { kernelWith } from '../support/model-build.ts';
import { observe } from '../support/model-host.ts';

const RUNS = { numRuns: Number(process.env.TAPFLEET_LAW_RUNS ?? 300) };
const FREE = { allowDisruption: false };

function law(title: string, holds: (scene: Scene) => void): void {
  test(title, () => fc.assert(fc.property(scenes, holds), RUNS));
}

function start(scene: Scene) {
  fc.pre(!needsHiddenMac(scene));
  const kernel = kernelWith(scene.taps);
  const plan = planHost(scene.manifest, observe(kernel), FREE);
  return { kernel, plan };
}

law('a plan that is not refused is applied without failure and gives the desired state', (scene) => {
  const { kernel, plan } = start(scene);
  const batch = batchOf(plan.steps);
  const { rc, stderr } = kernel.batch(batch);
  if (plan.refusals.length > 0) expect(plan.steps).toEqual([]);
  expect({ rc, stderr, batch }).toEqual({ rc: 0, stderr: '', batch });
  if (plan.refusals.length === 0) expect(verifyHost(plan, observe(kernel), undefined).problems).toEqual([]);
});

law('a second plan is empty', (scene) => {
  const { kernel, plan } = start(scene);
  if (plan.refusals.length > 0) return;
  kernel.batch(batchOf(plan.steps));
  const second = planHost(scene.manifest, observe(kernel), FREE);
  expect([second.changes, second.refusals, second.steps]).toEqual([[], [], []]);
});

law('a manifest that says what the host has asks for nothing but marks', (scene) => {
  const observed = observe(kernelWith(scene.taps));
  const ours = [...observed.macvtaps.values()].filter((tap) => tap.mark?.owner !== 'other');
  const manifest = manifestOf(
    'hv01',
    ours.map(({ name, fields }) => wanted(name, fields)),
  );
  const fields = diffHost(manifest, observed).flatMap((change) => change.fields.map(({ field }) => field));
  expect(fields.filter((field) => field !== 'mark')).toEqual([]);
});

law('the order of the input never shows in plan and steps', (scene) => {
  const { kernel, plan } = start(scene);
  const observed = observe(kernel);
  const turned: ObservedState = {
    ...observed,
    links: new Map([...observed.links].reverse()),
    macvtaps: new Map([...observed.macvtaps].reverse()),
  };
  const manifest: Manifest = {
    ...scene.manifest,
    present: [...scene.manifest.present].reverse(),
    absent: [...scene.manifest.absent].reverse(),
  };
  const other = planHost(manifest, turned, FREE);
  expect(JSON.stringify(other.changes)).toBe(JSON.stringify(plan.changes));
  expect(JSON.stringify(other.refusals)).toBe(JSON.stringify(plan.refusals));
  expect(batchOf(other.steps)).toBe(batchOf(plan.steps));
});

law('what no play names and what is another owner’s is never touched', (scene) => {
  const { kernel, plan } = start(scene);
  const named = new Set([...scene.manifest.present, ...scene.manifest.absent].map((one) => one.name));
  const untouchable = [...observe(kernel).macvtaps.values()].filter(
    (tap) => tap.mark?.owner === 'other' || (tap.mark === undefined && !named.has(tap.name)),
  );
  const plain = kernel.links().flatMap((link) => (kindOf(link) === 'macvlan' ? [String(link.ifname)] : []));
  const names = [...untouchable.map((tap) => tap.name), ...plain];
  const before = pick(kernel, names);
  kernel.batch(batchOf(plan.steps));
  // The longest queue of all siblings is shown on each of them.
  expect(pick(kernel, names)).toEqual(before);
});

law('every refusal is the kernel’s or one that our policy names', (scene) => {
  const { kernel, plan } = start(scene);
  const ours = new Set([
    'foreign-owner',
    'foreign-kind',
    'disruption',
    'alias-too-long',
    'unsupported',
    'prune-limit',
    'lockout',
  ]);
  if (plan.refusals.length === 0 || plan.refusals.some(({ kind }) => ours.has(kind))) return;
  const steps = stepsOf('hv01', plan.changes, plan.observed);
  const { rc } = kernel.batch(steps.map(({ operation }) => `${batchLine(operation)}\n`).join(''));
  const rest = diffHost(scene.manifest, observe(kernel));
  expect({ kinds: plan.refusals, survived: rc === 0 && rest.length === 0 }).toEqual({
    kinds: plan.refusals,
    survived: false,
  });
});

test('a failure at any line leaves results that agree with the host', () => {
  fc.assert(
    fc.property(scenes, fc.nat({ max: 40 }), (scene, at) => {
      const { kernel, plan } = start(scene);
      if (plan.steps.length === 0) return;
      const lines = plan.steps.map(({ operation }) => batchLine(operation));
      const cut = at % lines.length;
      lines[cut] = 'link set dev nobody up';
      const { rc, stdout, stderr } = kernel.batch(lines.join('\n'));
      const failure = readBatchFailure(stdout + stderr, rc);
      expect(failure?.line).toBe(cut + 1);
      const now = observe(kernel);
      const { results, problems } = verifyHost(plan, now, failure);
      expect(problems.length).toBeGreaterThan(0);
      const rest = new Set(diffHost(scene.manifest, now).map((change) => change.interface));
      for (const { interface: name } of plan.changes) {
        expect([name, results.get(name)]).toEqual([name, rest.has(name) ? 'not-done' : 'done']);
      }
      // Planned again from where it stopped, the host comes to the desired state.
      const again = planHost(scene.manifest, now, FREE);
      expect(again.refusals).toEqual([]);
      expect(kernel.batch(batchOf(again.steps)).rc).toBe(0);
      expect(diffHost(scene.manifest, observe(kernel))).toEqual([]);
    }),
    RUNS,
  );
});

function kindOf(link: Record<string, unknown>): string | undefined {
  return (link.linkinfo as { info_kind?: string } | undefined)?.info_kind;
}

/** The JSON of some links without what siblings and drivers write into it. */
function pick(kernel: SimulatedKernel, names: readonly string[]): unknown[] {
  return kernel.links().flatMap((link) => {
    if (!names.includes(String(link.ifname))) return [];
    const copy = structuredClone(link) as { linkinfo?: { info_data?: Record<string, unknown> } };
    delete copy.linkinfo?.info_data?.usedbcqueuelen;
    return [copy];
  });
}
