/** Is a report all that its text needs, wherever the report comes from? */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/model/report.ts';
import { renderPlan } from '../../../src/render/plan-text.ts';
import { renderApply } from '../../../src/render/report-text.ts';
import { styleOf } from '../../../src/render/style.ts';
import { renderText } from '../../../src/render/text.ts';
import { renderDiff } from '../../../src/render/unified-diff.ts';
import { buildReport } from '../../../src/report/build.ts';
import { applied, change, fieldChange, mixedFleet, planned } from './builders.ts';

const options = { style: styleOf(false), diff: renderDiff, verbose: true };
const web = change('update', 'web0', { fields: [fieldChange('mtu', 1500, 9000)] });
const reread = (report: Report): Report => JSON.parse(JSON.stringify(report));

describe('renderText', () => {
  it('draws an apply that changed a host as what was done', () => {
    const report = buildReport('apply', [applied('hv01', [web], { web0: 'done' }), planned('hv02')]);
    expect(renderText(report, options)).toBe(renderApply(report, options));
    expect(renderText(report, options)).toMatch(/^Apply: 1 host changed \(1 updated\)/m);
  });

  it('draws one that failed or was taken back as what became of it', () => {
    const failed = applied('hv01', [web], {}, [{ kind: 'kernel', message: 'busy' }]);
    const back = { ...failed, rolledBack: true };
    for (const outcome of [failed, back]) {
      expect(renderText(buildReport('apply', [outcome]), options)).toMatch(/^Apply: /m);
    }
  });

  it('draws an apply that sent nothing as a plan', () => {
    const report = buildReport('apply', mixedFleet());
    expect(renderText(report, options)).toBe(renderPlan(report, options));
  });

  it('draws drift as drift', () => {
    expect(renderText(buildReport('drift', mixedFleet()), options)).toMatch(/^Drift: /m);
  });
});

it.each(['plan', 'drift', 'apply'] as const)('a %s report read from JSON says the same', (command) => {
  const report = buildReport(command, [...mixedFleet(), applied('hv08', [web], { web0: 'done' })]);
  expect(renderPlan(reread(report), options)).toBe(renderPlan(report, options));
  expect(renderApply(reread(report), options)).toBe(renderApply(report, options));
});

it('a name of a field that someone wrote into a report is printed as harmlessly as any text', () => {
  const report = buildReport('plan', [planned('hv01', { changes: [web] })]);
  const text = JSON.stringify(report).replace('"field":"mtu"', '"field":"mtu\\u001b[2J\\nPlan: no changes"');
  expect(renderText(JSON.parse(text), options)).toContain('mtu\\x1b[2J\\nPlan: no changes');
});
