import { describe, expect, it } from 'vitest';
import type { Mac } from '../../../src/model/mac.ts';
import type { Problem } from '../../../src/model/problem.ts';
import { renderApply } from '../../../src/render/report-text.ts';
import { styleOf } from '../../../src/render/style.ts';
import { renderDiff } from '../../../src/render/unified-diff.ts';
import { buildReport } from '../../../src/report/build.ts';
import { applied, change, fieldChange, MAC_C, mixedFleet, planned } from './builders.ts';
import { expectGolden } from './golden.ts';

const hex = (byte: number) => byte.toString(16).padStart(2, '0');
const style = styleOf(false);
const [first] = mixedFleet();
const changes = first?.kind === 'planned' ? first.plan.changes : [];

describe('renderApply', () => {
  it('says what was done, and of a failure what was not', () => {
    const outcomes = [
      applied('hv01', changes, { app0: 'done', db0: 'done', old0: 'done', web0: 'done' }),
      planned('hv02'),
      applied('hv03', changes, { app0: 'done', db0: 'not-done', web0: 'unknown' }, [
        { kind: 'kernel', message: 'RTNETLINK answers: Device or resource busy', interface: 'db0' },
        { kind: 'verification', message: 'old0 is still there', interface: 'old0' },
      ]),
      ...mixedFleet().slice(3),
    ];
    expectGolden('apply-mixed', renderApply(buildReport('apply', outcomes), { style }));
  });

  it('says in one sentence that there was nothing to do', () => {
    expect(renderApply(buildReport('apply', [planned('a'), planned('b')]), { style })).toBe(
      'Nothing to do: all 2 hosts are already in sync.\n',
    );
  });

  it('says of changes that were not sent that they were not applied', () => {
    const text = renderApply(buildReport('apply', [planned('a', { changes: [change('create', 'web0')] })]), {
      style,
    });
    expect(text).toBe(
      'a  1 change not applied\n\nApply: 0 hosts changed, 1 not applied, 0 already in sync.\n',
    );
  });

  it('counts a long list and tells what came and went, as a plan does', () => {
    const macs = Array.from({ length: 300 }, (_, n) => `52:54:00:20:${hex(n >> 8)}:${hex(n & 255)}` as Mac);
    const [gone = '', ...kept] = macs;
    const list = change('update', 'src0', {
      fields: [fieldChange('mtu', 9000, 1500), fieldChange('source_macs', macs, [...kept, MAC_C])],
    });
    const outcome = (result: 'done' | 'not-done', problems: readonly Problem[]) =>
      buildReport('apply', [applied('a', [list], { src0: result }, problems)]);
    const members = `          - ${gone}\n          + ${MAC_C}\n`;
    expect(renderApply(outcome('done', []), { style })).toContain(
      `  ~ updated  src0  mtu 9000 → 1500, source_macs 300 → 300 addresses\n${members}`,
    );
    const problem = { kind: 'kernel', message: 'no', interface: 'src0' } as const;
    expect(renderApply(outcome('not-done', [problem]), { style })).toContain(
      `src0  mtu 9000 → 1500, source_macs 300 → 300 addresses\n${members}`,
    );
  });

  it('adds a unified diff where asked to', () => {
    const text = renderApply(
      buildReport('apply', [applied('a', [change('delete', 'web0')], { web0: 'done' })]),
      {
        style,
        diff: renderDiff,
      },
    );
    expect(text).toContain('--- before/web0\n');
    expect(text).toMatch(/Apply: 1 host changed \(1 deleted\), 0 already in sync\.\n$/);
  });
});
