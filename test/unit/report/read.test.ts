/** Is what is no whole, unchanged report of this version told so, with its file? */
import { describe, expect, it } from 'vitest';
import { renderJson } from '../../../src/render/json.ts';
import { buildReport } from '../../../src/report/build.ts';
import { readReport } from '../../../src/report/read.ts';
import { mixedFleet } from '../render/builders.ts';

const report = buildReport('plan', mixedFleet());
const text = renderJson(report);

function summaryOf(bad: string): string {
  const reading = readReport('r.json', bad);
  if (!('problem' in reading)) throw new Error('it was read');
  return reading.problem.summary;
}

describe('readReport', () => {
  it('gives back what was written, to the byte', () => {
    const reading = readReport('r.json', text);
    expect('report' in reading && renderJson(reading.report)).toBe(text);
  });

  it('tells a file that was cut off, anywhere', () => {
    for (let end = 1; end < text.trimEnd().length; end += 97) {
      expect(summaryOf(text.slice(0, end))).toMatch(/^r\.json is not JSON, or only a part of it: /);
    }
    expect(summaryOf(' \n')).toBe('r.json is empty');
  });

  it('tells what is something else, and another version', () => {
    for (const other of ['[]', 'null', '3', '{"hosts": []}']) {
      expect(summaryOf(other)).toBe('r.json is no report of tapfleet');
    }
    expect(summaryOf(JSON.stringify({ ...report, format_version: '2.0' }))).toBe(
      'r.json is a report of version "2.0", and this tapfleet reads "1.0"',
    );
  });

  it('tells where a report is not as one is', () => {
    const bad = text.replace('"status": "in-sync"', '"status": "fine"');
    expect(summaryOf(bad)).toMatch(/^r\.json is not as a report is: hosts\[1\]\.status: /);
    expect(summaryOf(JSON.stringify({ ...report, extra: 1 }))).toMatch(/"extra"/);
  });

  it('tells a change by hand that leaves it a report', () => {
    const wrong = 'r.json was changed by hand: its summary does not say what its hosts say';
    expect(summaryOf(text.replace('"status": "in-sync"', '"status": "changed"'))).toBe(wrong);
    expect(summaryOf(JSON.stringify({ ...report, hosts: report.hosts.slice(1) }))).toBe(wrong);
    expect(summaryOf(JSON.stringify({ ...report, outcome: 'in-sync' }))).toBe(wrong);
  });

  it('tells a shard that does not fit', () => {
    const shard = { index: 1, count: 2, positions: report.hosts.map((_, n) => n), run: 'x' };
    const wrong = 'r.json was changed by hand: its shard does not fit its hosts';
    expect(readReport('r.json', JSON.stringify({ ...report, shard }))).toHaveProperty('report');
    expect(summaryOf(JSON.stringify({ ...report, shard: { ...shard, index: 3 } }))).toBe(wrong);
    expect(summaryOf(JSON.stringify({ ...report, shard: { ...shard, positions: [] } }))).toBe(wrong);
  });
});
