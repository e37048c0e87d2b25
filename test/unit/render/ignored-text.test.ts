/** How differences that are left to others are told: on the host's line, one by one with -v, and in the last line. */
import { describe, expect, it } from 'vitest';
import type { PlannedHost } from '../../../src/model/plan.ts';
import { renderManifests } from '../../../src/render/manifest-text.ts';
import { renderPlan } from '../../../src/render/plan-text.ts';
import { renderApply } from '../../../src/render/report-text.ts';
import { styleOf } from '../../../src/render/style.ts';
import { buildReport } from '../../../src/report/build.ts';
import { applied, change, fieldChange, MAC_A, planned, plannedHost } from './builders.ts';

const style = styleOf(false);
const ignored: PlannedHost['ignored'] = [
  { interface: 'db0', action: 'create', fields: [fieldChange('lower', null, 'eno1')] },
  { interface: 'db1', action: 'delete', fields: [] },
  { interface: 'tap0', action: 'update', fields: [fieldChange('mark', null, 'tapfleet:1 owner=default')] },
  {
    interface: 'web0',
    action: 'update',
    fields: [fieldChange('source_macs', [MAC_A], []), fieldChange('mtu', 9000, 1500)],
  },
];
const LINES =
  '    ignored:  db0   is missing on the host\n' +
  '    ignored:  db1   is on the host and should not be\n' +
  '    ignored:  tap0  is foreign\n' +
  `    ignored:  web0  source_macs is ${MAC_A}, declared (none)\n` +
  '    ignored:  web0  mtu is 9000, declared 1500\n';

describe('a plan', () => {
  it('counts them on the line of a host that is else in sync, and in the last line', () => {
    expect(renderPlan(buildReport('plan', [planned('hv01', { ignored }), planned('hv02')]), { style })).toBe(
      'hv01  in sync, 5 differences ignored\n\nNothing to do: all 2 hosts are in sync; 5 differences ignored.\n',
    );
  });

  it('lists them with -v', () => {
    expect(renderPlan(buildReport('drift', [planned('hv01', { ignored })]), { style, verbose: true })).toBe(
      `hv01  in sync, 5 differences ignored\n${LINES}\nNo drift: the host is as declared; 5 differences ignored.\n`,
    );
  });

  it('tells them apart from changes', () => {
    const text = renderPlan(
      buildReport('drift', [planned('hv01', { ignored, changes: [change('delete', 'a')] })]),
      { style },
    );
    expect(text).toMatch(/^hv01 {2}5 differences ignored\n/);
    expect(text).toMatch(/\nDrift: 1 pending on 1 host; 0 as declared; 5 differences ignored\.\n$/);
  });

  it('folds hosts of which the same is ignored', () => {
    const hosts = ['kvm1', 'kvm2', 'kvm3', 'kvm4'].map((host) =>
      planned(host, { ignored: ignored.slice(1, 2) }),
    );
    expect(renderPlan(buildReport('plan', hosts), { style })).toMatch(
      /^kvm\[1-4\] \(4 hosts\) {2}in sync, 1 difference ignored\n/,
    );
  });
});

it('an apply counts them behind what it did', () => {
  const web = change('delete', 'web9');
  const done = applied('hv01', [web], { web9: 'done' });
  const outcome = done.kind === 'applied' ? { ...done, plan: { ...done.plan, ignored } } : done;
  const text = renderApply(buildReport('apply', [outcome, planned('hv02', { ignored })]), { style });
  expect(text).toMatch(/^hv01 {2}changed, 5 differences ignored\n/);
  expect(text).toContain('\nhv02  in sync, 5 differences ignored\n');
  expect(text).toMatch(/1 already in sync; 10 differences ignored\.\n$/);
  expect(renderApply(buildReport('apply', [outcome]), { style, verbose: true })).toContain(LINES);
});

it('a manifest shows the rules', () => {
  const where = { file: 'p.yml', line: 1, column: 1 };
  const rules = [
    { owner: 'default', interfaces: ['web*'], fields: ['mtu' as const], where },
    { owner: 'b', interfaces: ['db?'], fields: undefined, where },
  ];
  const { manifest } = plannedHost('hv01');
  const text = renderManifests([{ ...manifest, ignore: rules }], 'json');
  expect(JSON.parse(text).hv01.ignore).toEqual([
    { owner: 'default', interfaces: ['web*'], fields: ['mtu'] },
    { owner: 'b', interfaces: ['db?'] },
  ]);
  expect(renderManifests([manifest])).not.toContain('ignore');
});
