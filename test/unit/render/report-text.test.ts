import { describe, expect, it } from 'vitest';
import { renderApply } from '../../../src/render/report-text.ts';
import { styleOf } from '../../../src/render/style.ts';
import { renderDiff } from '../../../src/render/unified-diff.ts';
import { buildReport } from '../../../src/report/build.ts';
import { applied, change, mixedFleet, planned } from './builders.ts';
import { expectGolden } from './golden.ts';

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
