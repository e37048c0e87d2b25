/** Secrets are out of a report wherever a host or a playbook put them, and the report is a report still. */
import { expect, it } from 'vitest';
import { renderHtml } from '../../../src/render/html.ts';
import { maskReport } from '../../../src/render/mask-report.ts';
import { buildReport } from '../../../src/report/build.ts';
import { reportSchema } from '../../../src/report/schema.ts';
import { change, fieldChange, mixedFleet, planned, unread } from './builders.ts';

const MASK = '********';

const report = buildReport('plan', [
  planned('hv-hunter2', {
    changes: [
      change('update', 'web0', {
        fields: [fieldChange('alias', 'x', 'hunter2'), fieldChange('mtu', 1500, 9000)],
        holders: [{ pid: 1, command: 'hunter2' }],
        disruptions: ['hunter2'],
      }),
    ],
    warnings: ['hunter2'],
  }),
  unread('hv02', { kind: 'kernel', message: 'no hunter2' }),
]);

it('hides what hosts and playbooks say', () => {
  const masked = maskReport(report, ['hunter2', '9000']);
  expect(JSON.stringify(masked)).not.toContain('hunter2');
  expect(masked.hosts[0]?.host).toBe(`hv-${MASK}`);
  expect(masked.hosts[0]?.changes[0]?.fields.map(({ after }) => after)).toEqual([MASK, MASK]);
  expect(masked.hosts[0]?.changes[0]?.holders).toEqual([{ pid: 1, command: MASK }]);
  expect(masked.hosts[1]?.error?.message).toBe(`no ${MASK}`);
  expect(renderHtml(masked)).not.toContain('hunter2');
});

it('keeps our own words and totals, be they a secret too', () => {
  const mixed = buildReport('plan', mixedFleet());
  const masked = maskReport(mixed, ['plan', 'failed', 'create', 'drift', 'both', 'privilege', 'mtu', 'mode']);
  expect(reportSchema.safeParse(masked).error).toBeUndefined();
  expect(masked.summary).toBe(mixed.summary);
  expect(masked.hosts.map(({ status }) => status)).toEqual(mixed.hosts.map(({ status }) => status));
});

it('is the same report where there is nothing to hide', () => {
  expect(maskReport(report, [])).toBe(report);
  expect(maskReport(report, ['not there'])).toBe(report);
});
