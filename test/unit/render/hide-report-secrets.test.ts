import { describe, expect, it } from 'vitest';
import { hideInReport, hideInside } from '../../../src/render/hide-report-secrets.ts';
import { valueHider } from '../../../src/render/hide-secrets.ts';
import { buildReport } from '../../../src/report/build.ts';
import { mixedFleet } from './builders.ts';
import { bigFleet, HOSTILE, hostileReport } from './review-fleets.ts';

describe('a report without its secrets', () => {
  it('has none of them in any text', () => {
    for (const evil of HOSTILE) {
      const report = hostileReport(evil, 'apply');
      const hidden = JSON.stringify(hideInReport(report, valueHider([evil])));
      expect(hidden).not.toContain(JSON.stringify(evil).slice(1, -1));
      expect(hidden).toContain('********');
    }
  });

  it('keeps the words that are ours, though somebody has them for a password', () => {
    const report = buildReport('plan', mixedFleet());
    const words = [
      'plan',
      'update',
      'replace',
      'changes',
      'pending',
      'drift',
      'connect-timeout',
      'lower',
      'failed',
    ];
    const hidden = hideInReport(report, valueHider(words));
    expect(hidden.outcome).toBe('failed');
    expect(hidden.hosts.map(({ status }) => status)).toEqual(report.hosts.map(({ status }) => status));
    expect(hidden.hosts[0]?.changes.map(({ action, cause }) => [action, cause])).toEqual(
      report.hosts[0]?.changes.map(({ action, cause }) => [action, cause]),
    );
    expect(hidden.hosts[4]?.error?.kind).toBe('connect-timeout');
    expect(hidden.hosts[0]?.changes[1]?.fields[0]?.field).toBe('lower');
  });

  it('masks what a holder is called, and numbers of fields, but counts no host away', () => {
    const report = buildReport('plan', mixedFleet());
    const hidden = hideInReport(report, valueHider(['qemu-system-x86', '9000', '4711']));
    const change = hidden.hosts[0]?.changes[1];
    expect(change?.holders[0]).toEqual({ pid: 4711, command: '********' });
    expect(change?.fields[1]).toMatchObject({ field: 'mtu', before: '********', after: 1500 });
    expect(hidden.summary).toEqual(report.summary);
  });

  it('is the same where there is nothing to hide', () => {
    const report = bigFleet();
    expect(hideInReport(report, valueHider([]))).toEqual(report);
  });

  it('as is any plain data', () => {
    const diagnostic = {
      severity: 'error',
      summary: 'severity hunter2',
      where: { file: 'hunter2.yml', line: 1 },
    };
    expect(hideInside(diagnostic, valueHider(['hunter2', 'error']))).toEqual({
      severity: 'error',
      summary: 'severity ********',
      where: { file: '********.yml', line: 1 },
    });
  });
});
