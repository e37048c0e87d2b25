/** Is what Prometheus reads well formed, whatever hosts are called, and does health tell what is late? */
import { describe, expect, test } from 'vitest';
import { healthOf } from '../../../src/watch/health.ts';
import { escapeLabel, type HostFigures, newCounters, renderMetrics } from '../../../src/watch/metrics.ts';

const figures = (host: string, more: Partial<HostFigures> = {}): HostFigures => ({
  host,
  status: 'in-sync',
  causes: { drift: 0, pending: 0, both: 0 },
  ageMs: 1_500,
  hearsEvents: true,
  fights: false,
  ...more,
});

describe('metrics', () => {
  const text = renderMetrics({
    hosts: [
      figures('hv01'),
      figures('hv"02\\', {
        status: 'changes',
        causes: { drift: 2, pending: 1, both: 0 },
        hearsEvents: false,
      }),
      figures('hv03', { status: 'unreachable', ageMs: undefined, hearsEvents: false }),
    ],
    counters: { ...newCounters(), reads: 7 },
    healsLeft: 3,
  });
  const lines = text.split('\n');

  test('every family is named once, with help and type, and its samples follow', () => {
    expect(text.endsWith('\n')).toBe(true);
    let family = '';
    const seen = new Set<string>();
    for (const line of lines.slice(0, -1)) {
      const [, help] = /^# HELP (\S+) \S/.exec(line) ?? [];
      const [, type] = /^# TYPE (\S+) (?:gauge|counter)$/.exec(line) ?? [];
      if (help !== undefined) {
        expect(seen.has(help)).toBe(false);
        seen.add(help);
        family = help;
      } else if (type !== undefined) expect(type).toBe(family);
      else {
        expect(line).toMatch(/^[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"\})? \d+(\.\d+)?$/);
        expect(line.startsWith('tapfleet_watch_')).toBe(true);
        expect(line.replace(/[{ ].*/, '')).toBe(family);
      }
    }
    for (const name of seen)
      expect(text).toContain(`# TYPE ${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}\n`);
  });

  test.each([
    ['tapfleet_watch_hosts{status="in-sync"} 1'],
    ['tapfleet_watch_hosts{status="failed"} 0'],
    ['tapfleet_watch_interfaces{cause="drift"} 2'],
    ['tapfleet_watch_host_in_sync{host="hv\\"02\\\\"} 0'],
    ['tapfleet_watch_host_read_age_seconds{host="hv01"} 1.5'],
    ['tapfleet_watch_hosts_without_events 1'],
    ['tapfleet_watch_reads_total 7'],
    ['tapfleet_watch_heal_budget_left 3'],
  ])('%s', (line) => {
    expect(lines).toContain(line);
  });

  test('a host that was never read has no age', () => {
    expect(text).not.toContain('host_read_age_seconds{host="hv03"}');
  });

  test('labels are escaped', () => {
    expect(escapeLabel('a\\b"c\nd')).toBe('a\\\\b\\"c\\nd');
  });
});

describe('health', () => {
  test.each([
    ['read lately', figures('hv01', { ageMs: 60_000 }), true],
    ['not read for two intervals', figures('hv01', { ageMs: 160_000 }), false],
    ['not tried yet', figures('hv01', { status: 'unknown', ageMs: undefined }), false],
    ['known to be unreachable', figures('hv01', { status: 'unreachable', ageMs: 9e6 }), true],
  ])('%s', (_what, host, ok) => {
    const health = healthOf({ hosts: [figures('hv00'), host] }, 60_000);
    expect(health.ok).toBe(ok);
    if (!ok) expect(health.text).toMatch(/^not read within 150 s: 1 of 2 hosts: hv01$/);
  });
});
