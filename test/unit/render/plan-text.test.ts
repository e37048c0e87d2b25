import { describe, expect, it } from 'vitest';
import { renderPlan } from '../../../src/render/plan-text.ts';
import { styleOf } from '../../../src/render/style.ts';
import { renderDiff } from '../../../src/render/unified-diff.ts';
import { buildReport } from '../../../src/report/build.ts';
import { change, fieldChange, mixedFleet, observedMacvtap, planned, QEMU, unread } from './builders.ts';
import { expectGolden } from './golden.ts';

const style = styleOf(false);
const dead = unread('hv09', { kind: 'connection-refused', message: 'nothing listens on 192.0.2.9:22' });
const update = change('update', 'web0', {
  cause: 'drift',
  before: observedMacvtap('web0', { lower: 'eno1', mode: 'vepa', state: 'up' }),
  fields: [fieldChange('mode', 'vepa', 'bridge', { cause: 'drift' })],
  after: {
    name: 'web0',
    owner: 'default',
    disruption: 'refuse',
    where: { file: 'p.yaml', line: 1, column: 1 },
    fields: { lower: 'eno1', mode: 'bridge', state: 'up' },
  },
});

describe('a plan', () => {
  it('draws every kind of change and of trouble', () => {
    expectGolden('plan-mixed', renderPlan(buildReport('plan', mixedFleet()), { style }));
  });

  it('lists hosts in sync where asked to', () => {
    expectGolden(
      'plan-verbose',
      renderPlan(buildReport('plan', mixedFleet().slice(1, 5)), { style, verbose: true }),
    );
  });

  it('adds a unified diff where asked to', () => {
    const outcomes = [planned('hv01', { changes: [update] })];
    expectGolden('plan-diff', renderPlan(buildReport('plan', outcomes), { style, diff: renderDiff }));
  });

  it('says in one sentence that there is nothing to do', () => {
    expect(renderPlan(buildReport('plan', [planned('a'), planned('b')]), { style })).toBe(
      'Nothing to do: all 2 hosts are in sync.\n',
    );
    expect(renderPlan(buildReport('plan', [planned('a')]), { style })).toBe(
      'Nothing to do: the host is in sync.\n',
    );
    expect(renderPlan(buildReport('plan', []), { style })).toBe('Nothing to do: no hosts.\n');
  });

  it('never calls a host in sync that it could not read', () => {
    expectGolden('plan-unreachable', renderPlan(buildReport('plan', [planned('hv01'), dead]), { style }));
  });

  it('draws the warnings of a host that is in sync', () => {
    const text = renderPlan(buildReport('plan', [planned('hv01', { warnings: ['eno1 is down'] })]), {
      style,
    });
    expect(text).toBe('hv01\n  warning: eno1 is down\n\nNothing to do: the host is in sync.\n');
  });

  it('says the same of an apply that only checks', () => {
    expect(renderPlan(buildReport('apply', mixedFleet()), { style })).toBe(
      renderPlan(buildReport('plan', mixedFleet()), { style }),
    );
  });

  it('with colour says the same words', () => {
    const coloured = renderPlan(buildReport('plan', mixedFleet()), {
      style: styleOf(true),
      diff: renderDiff,
    });
    expect(coloured).toContain('\x1b[32m');
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(
      renderPlan(buildReport('plan', mixedFleet()), { style, diff: renderDiff }),
    );
  });
});

describe('a drift report', () => {
  it('tells what happened on the hosts', () => {
    expectGolden('drift-mixed', renderPlan(buildReport('drift', mixedFleet()), { style }));
  });

  it('tells drift from what is pending, with what a repair costs', () => {
    const outcomes = [
      planned('hv01', { changes: [update] }),
      planned('hv02', {
        changes: [
          change('create', 'app0'),
          change('replace', 'db0', {
            cause: 'drift',
            fields: [
              fieldChange('mode', 'bridge', 'passthru', {
                cause: 'drift',
                replacementReason: 'the kernel cannot change a macvtap into or out of passthru',
              }),
            ],
            holders: [QEMU],
            disruptions: ['the guest loses its link'],
          }),
        ],
      }),
      planned('hv03'),
    ];
    expectGolden('drift-small', renderPlan(buildReport('drift', outcomes), { style }));
  });

  it('says in one sentence that there is none', () => {
    expect(renderPlan(buildReport('drift', [planned('a'), planned('b')]), { style })).toBe(
      'No drift: all 2 hosts are as declared.\n',
    );
    expect(renderPlan(buildReport('drift', [planned('a'), dead]), { style })).toMatch(
      /\n\nDrift: none found on 1 host; 1 unreachable\.\n$/,
    );
  });
});
