/**
 * Every situation of test/cases/plan: inventory, playbook and captured hosts → the plan as a person reads it and the
 * lines that `ip -batch` would get. A new situation is a new directory; `npx vitest run test/unit/cases.test.ts -u`
 * writes its expected files, to be read line by line before they are kept.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { batchOf } from '../../src/iproute/batch.ts';
import { load } from '../../src/load/load.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import { renderPlan } from '../../src/render/plan-text.ts';
import { styleOf } from '../../src/render/style.ts';
import { buildReport } from '../../src/report/build.ts';
import { observedOf } from '../support/builders.ts';

const CASES = join(import.meta.dirname, '../cases/plan');

test.each(readdirSync(CASES))('%s', async (situation) => {
  const folder = join(CASES, situation);
  const loaded = await load([join(folder, 'playbook.yml')], { inventory: [join(folder, 'inventory.yml')] });
  expect(loaded.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const outcomes = loaded.manifests.map((manifest) => outcomeOf(folder, manifest));
  const steps = outcomes.flatMap((outcome) =>
    outcome.kind === 'planned' ? [`# ${outcome.host}\n${batchOf(outcome.plan.steps)}`] : [],
  );
  await expect(renderPlan(buildReport('plan', outcomes), { style: styleOf(false) })).toMatchFileSnapshot(
    join(folder, 'plan.txt'),
  );
  await expect(steps.join('')).toMatchFileSnapshot(join(folder, 'steps.txt'));
});

/** `observed/<host>.json`: what `ip -j -d link show` printed; `<host>.holders`: `NAME PID COMMAND` lines. */
function outcomeOf(folder: string, manifest: Manifest): HostOutcome {
  const { host } = manifest;
  const document = join(folder, 'observed', `${host}.json`);
  if (!existsSync(document)) {
    const problem = { kind: 'connect-timeout', message: `${host}:22 did not answer within 10 s` } as const;
    return { kind: 'unread', host, problem };
  }
  const links = JSON.parse(readFileSync(document, 'utf8')) as Record<string, unknown>[];
  const list = join(folder, 'observed', `${host}.holders`);
  const holders = existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : [];
  const observed = observedOf(links, {
    holders: holders.map((line) => {
      const [name, pid, ...command] = line.split(' ');
      const device = links.findIndex((link) => link.ifname === name) + 2;
      return `F f6:${device} ${pid} open ${command.join(' ')}`;
    }),
  });
  return { kind: 'planned', host, plan: planHost(manifest, observed, { allowDisruption: false }) };
}
