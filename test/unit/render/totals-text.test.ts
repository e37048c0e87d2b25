import { describe, expect, it } from 'vitest';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import { driftTotals, planTotals } from '../../../src/render/totals-text.ts';
import { buildReport } from '../../../src/report/build.ts';
import { change, planned, skipped, unread } from './builders.ts';

const dead = unread('hv08', { kind: 'connect-timeout', message: 'no answer' });
const broken = unread('hv09', { kind: 'privilege', message: 'the login is not root' });
const refusals = [{ kind: 'disruption', message: 'a guest would be cut off' }] as const;
const refused = planned('hv05', {
  changes: [change('replace', 'db0', { cause: 'drift' }), change('create', 'web0')],
  refusals,
});
const update = planned('hv01', { changes: [change('update', 'web0', { cause: 'drift' })] });

describe('totals of hosts of which some are unknown', () => {
  it.each<[string, readonly HostOutcome[], string, string]>([
    ['nobody was read', [dead], 'Plan: unknown; 1 unreachable.', 'Drift: unknown; 1 unreachable.'],
    [
      'some were in sync',
      [planned('hv01'), planned('hv02'), dead, broken],
      'Plan: no changes on 2 hosts; 1 failed, 1 unreachable.',
      'Drift: none found on 2 hosts; 1 failed, 1 unreachable.',
    ],
    [
      'the run stopped before it came to one',
      [planned('hv01'), skipped('hv02', 'interrupted')],
      'Plan: no changes on 1 host; 1 skipped.',
      'Drift: none found on 1 host; 1 skipped.',
    ],
    [
      'a host that differs was refused',
      [planned('hv01'), refused, dead],
      'Plan: the changes of 1 host are refused; 1 in sync, 1 refused, 1 unreachable.',
      'Drift: 1 drifted, 1 pending on 1 refused host; 1 as declared, 1 refused, 1 unreachable.',
    ],
    [
      'a refused host has nothing that differs',
      [planned('hv05', { refusals })],
      'Plan: unknown; 1 refused.',
      'Drift: unknown; 1 refused.',
    ],
    [
      'another host differs too',
      [update, refused],
      'Plan: 1 to update on 1 host; 0 in sync, 1 refused.',
      'Drift: 1 drifted on 1 host; 0 as declared, 1 refused.',
    ],
  ])('%s', (_, outcomes, plan, drift) => {
    expect(planTotals(buildReport('plan', outcomes))).toBe(plan);
    expect(driftTotals(buildReport('drift', outcomes))).toBe(drift);
  });
});
