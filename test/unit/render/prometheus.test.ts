import { describe, expect, it } from 'vitest';
import { MOST_HOSTS, renderPrometheus } from '../../../src/render/prometheus.ts';
import { buildReport, reportOfHosts } from '../../../src/report/build.ts';
import { mixedFleet, planned } from './builders.ts';
import { expectGolden } from './golden.ts';
import { HOSTILE, hostileReport } from './review-fleets.ts';

const TIMES = { finishedAt: 1_790_000_000.5, durationSeconds: 2.25 };

/** Text format 0.0.4, strictly: what it does not allow is refused. Series by family, labels as they were meant. */
function parse(text: string): Map<string, Map<string, number>> {
  const families = new Map<string, Map<string, number>>();
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  let current = '';
  for (const [index, line] of lines.entries()) {
    const help = /^# HELP ([a-z_]+) \S/.exec(line)?.[1];
    if (help) {
      if (families.has(help)) throw new Error(`${help} comes twice`);
      if (lines[index + 1] !== `# TYPE ${help} gauge`) throw new Error(`${help} has no type`);
      current = help;
      families.set(help, new Map());
      continue;
    }
    if (line === `# TYPE ${current} gauge`) continue;
    const [, name = '', labels = '', value = ''] =
      /^([a-zA-Z_:][\w:]*)\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\} (\S+)$/.exec(line) ?? [];
    if (name !== current) throw new Error(`not in its family: ${line}`);
    const series = families.get(name);
    if (series?.has(labels)) throw new Error(`twice: ${line}`);
    if (value === '' || Number.isNaN(Number(value))) throw new Error(`no number: ${line}`);
    series?.set(labels, Number(value));
  }
  return families;
}

describe('metrics', () => {
  it('of a fleet', () => {
    const text = renderPrometheus(buildReport('drift', mixedFleet()), TIMES);
    expectGolden('prometheus-drift-mixed', text);
    const families = parse(text);
    expect([...(families.get('tapfleet_hosts')?.values() ?? [])].reduce((a, b) => a + b)).toBe(7);
    expect([...(families.get('tapfleet_changes')?.values() ?? [])].reduce((a, b) => a + b)).toBe(6);
    expect(families.get('tapfleet_changes')?.get('command="drift",cause="both",action="update"')).toBe(1);
  });

  it('are all there, as zeros, where there is nothing to say', () => {
    const families = parse(renderPrometheus(buildReport('apply', []), TIMES));
    expect(families.get('tapfleet_hosts')?.size).toBe(8);
    expect(families.get('tapfleet_changes')?.size).toBe(12);
    expect(families.get('tapfleet_last_run_timestamp_seconds')?.get('command="apply"')).toBe(
      TIMES.finishedAt,
    );
  });

  it('of each host up to a number, then of none', () => {
    const hosts = (count: number) =>
      parse(
        renderPrometheus(
          buildReport(
            'plan',
            Array.from({ length: count }, (_, n) => planned(`h${n}`)),
          ),
          TIMES,
        ),
      ).get('tapfleet_host_status')?.size;
    expect(hosts(MOST_HOSTS)).toBe(MOST_HOSTS);
    expect(hosts(MOST_HOSTS + 1)).toBe(0);
  });

  it.each(HOSTILE)('hold whatever a host is called: %j', (evil) => {
    const families = parse(renderPrometheus(hostileReport(evil, 'drift'), TIMES));
    expect(families.get('tapfleet_host_status')?.size).toBe(7);
  });

  it('give a label back as it was printed', () => {
    const report = reportOfHosts('plan', [{ host: 'a"b\\c\nd', status: 'in-sync', changes: [] }]);
    const [series] = [...(parse(renderPrometheus(report, TIMES)).get('tapfleet_host_status')?.keys() ?? [])];
    expect(series).toBe('command="plan",host="a\\"b\\\\c\\\\nd",status="in-sync"');
  });
});
