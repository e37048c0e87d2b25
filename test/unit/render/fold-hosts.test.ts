/** A big run is read on one page: what is the same of many hosts is said once, and what is not comes first. */
import { expect, it } from 'vitest';
import { autoMac } from '../../../src/model/mac.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import { renderPlan } from '../../../src/render/plan-text.ts';
import { renderApply } from '../../../src/render/report-text.ts';
import { styleOf } from '../../../src/render/style.ts';
import { buildReport } from '../../../src/report/build.ts';
import { applied, change, fieldChange, MAC_B, observedMacvtap, planned, unread, WEB } from './builders.ts';
import { expectGolden } from './golden.ts';

const style = styleOf(false);
const name = (n: number) => `kvm${String(n).padStart(3, '0')}`;

/** Creates web0 with the address derived from the host. */
function creation(host: string, mac = autoMac(host, 'web0')) {
  const made = change('create', 'web0');
  return {
    ...made,
    ...(made.after ? { after: { ...made.after, fields: { ...WEB, mac } } } : {}),
    fields: [fieldChange('lower', null, 'eno1'), fieldChange('mac', null, mac)],
  };
}

/** 480 alike, one with an address of its own, some unreachable, the rest in sync. */
function fleet(outcomeOf: (host: string) => HostOutcome): HostOutcome[] {
  return Array.from({ length: 500 }, (_, n) => {
    const host = name(n + 1);
    if (n >= 490) return planned(host);
    if (n >= 480) {
      return unread(host, { kind: 'connect-timeout', message: `10.0.0.${n}:22 did not answer within 10 s` });
    }
    return outcomeOf(host);
  });
}

it('a plan folds hosts of which the same is to be said, outliers first', () => {
  const outcomes = fleet((host) =>
    planned(host, { changes: [host === 'kvm007' ? creation(host, MAC_B) : creation(host)] }),
  );
  expectGolden('plan-folded', renderPlan(buildReport('plan', outcomes), { style }));
});

it('what is deleted folds too, though each host has an address of its own', () => {
  const outcomes = ['a1', 'a2', 'a3', 'a4'].map((host) => {
    const before = observedMacvtap('web0', { ...WEB, mac: autoMac(host, 'web0') });
    return planned(host, { changes: [change('delete', 'web0', { before, after: null })] });
  });
  expect(renderPlan(buildReport('plan', outcomes), { style })).toMatch(
    /^a\[1-4\] \(4 hosts\)\n.*delete web0.*\n.*mac auto\n/,
  );
});

it('a report of an apply folds too', () => {
  const outcomes = fleet((host) => applied(host, [creation(host)], { web0: 'done' }));
  expectGolden('apply-folded', renderApply(buildReport('apply', outcomes), { style }));
});

it('a few hosts are drawn one by one, and many where asked to', () => {
  const hosts = ['a1', 'a2', 'a3', 'a4'].map((host) => planned(host, { changes: [creation(host)] }));
  expect(renderPlan(buildReport('plan', hosts.slice(1)), { style })).toMatch(
    /^a2\n[\s\S]*^a3\n[\s\S]*^a4\n/m,
  );
  expect(renderPlan(buildReport('plan', hosts), { style })).toMatch(/^a\[1-4\] \(4 hosts\)\n/);
  expect(renderPlan(buildReport('plan', hosts), { style, verbose: true })).toMatch(
    /^a1\n[\s\S]*^a2\n[\s\S]*^a3\n[\s\S]*^a4\n/m,
  );
});
