/** Is what Prometheus reads of a watch well formed, whatever hosts are called? */
import { describe, expect, test } from 'vitest';
import { renderMetrics } from '../../../src/render/watch-metrics.ts';
import { newCounters } from '../../../src/watch/figures.ts';
import { figuresOf } from '../watch/figures-of.ts';
import { HOSTILE } from './review-fleets.ts';

describe('metrics', () => {
  const text = renderMetrics({
    hosts: [
      figuresOf('hv01'),
      figuresOf('hv"02\\', {
        status: 'changes',
        causes: { drift: 2, pending: 1, both: 0 },
        hearsEvents: false,
      }),
      figuresOf('hv03', { status: 'unreachable', ageMs: undefined, hearsEvents: false }),
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

  test.each(HOSTILE)('a host that is called %j is one label', (evil) => {
    const said = renderMetrics({ hosts: [figuresOf(evil)], counters: newCounters() });
    const lines = said.split('\n').filter((line) => line.startsWith('tapfleet_watch_host_in_sync'));
    expect(lines).toEqual([expect.stringMatching(/^\w+\{host="(?:[^"\\\n]|\\["\\n])*"\} 1$/)]);
    expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});
