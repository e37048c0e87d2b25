/** Do the parts of a run make the whole again, and only those? */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import type { Command, Report } from '../../../src/model/report.ts';
import { cutShard } from '../../../src/planning/shard.ts';
import { renderJson } from '../../../src/render/json.ts';
import { buildReport } from '../../../src/report/build.ts';
import { mergeReports, type NamedReport } from '../../../src/report/merge.ts';
import { readReport } from '../../../src/report/read.ts';
import { mixedFleet, planned } from '../render/builders.ts';

/** Each part as a run with `--shard` writes it and a merge reads it. */
function partsOf(outcomes: readonly HostOutcome[], count: number, command: Command = 'plan'): NamedReport[] {
  return Array.from({ length: count }, (_, n) => {
    const { items, shard } = cutShard(outcomes, [], { index: n + 1, count });
    const file = `part${n + 1}.json`;
    const reading = readReport(file, renderJson(buildReport(command, items, { shard })));
    if ('problem' in reading) throw new Error(reading.problem.summary);
    return { file, report: reading.report };
  });
}

const errors = (named: readonly NamedReport[]) => {
  const { report, diagnostics } = mergeReports(named);
  expect(report).toBeUndefined();
  return diagnostics.map(({ summary }) => summary);
};

const plain = (file: string, outcomes: readonly HostOutcome[], command: Command = 'plan'): NamedReport => ({
  file,
  report: buildReport(command, outcomes),
});

describe('the parts of a run', () => {
  it('make the undivided report, byte for byte, in whatever order they are given', () => {
    const one = fc.constantFrom(...mixedFleet());
    const fleet = fc
      .array(one, { maxLength: 12 })
      .map((list) => list.map((outcome, n): HostOutcome => ({ ...outcome, host: `kvm${n}` })));
    fc.assert(
      fc.property(
        fleet,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom<Command>('plan', 'drift', 'apply'),
        fc.infiniteStream(fc.nat()),
        (outcomes, count, command, keys) => {
          const parts = partsOf(outcomes, count, command);
          const shuffled = parts
            .map((part) => ({ part, key: keys.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ part }) => part);
          const { report, diagnostics } = mergeReports(shuffled);
          expect(diagnostics).toEqual([]);
          expect(report && renderJson(report)).toBe(renderJson(buildReport(command, outcomes)));
        },
      ),
    );
  });

  it('say once what loading warned of: each part has loaded the same files', () => {
    const where = { file: 'p.yml', line: 2, column: 1 };
    const warnings = [{ message: 'a', hint: 'b', declared_at: where }, { message: 'c' }];
    const parts = partsOf(mixedFleet(), 3).map(({ file, report }) => ({
      file,
      report: { ...report, warnings },
    }));
    expect(mergeReports(parts).report).toEqual(buildReport('plan', mixedFleet(), { warnings }));
  });

  const parts = partsOf(mixedFleet(), 4);
  const [one, two, three, four] = parts as [NamedReport, NamedReport, NamedReport, NamedReport];

  it('are asked for where some are missing', () => {
    expect(errors([one, three, four])).toEqual(['the run is not whole: 2/4 is missing']);
    expect(errors([three])).toEqual(['the run is not whole: 1/4, 2/4, 4/4 are missing']);
  });

  it('are not counted twice', () => {
    expect(errors([one, two, { ...two, file: 'copy.json' }, three, four])).toEqual([
      expect.stringMatching(/^the host ".*" is in part2\.json and again in copy\.json/),
    ]);
    const empty = partsOf([], 2);
    expect(errors([...empty, { ...(empty[1] as NamedReport), file: 'copy.json' }])).toEqual([
      'part2.json and copy.json are both part 2/2',
    ]);
  });

  it('are of one run: cut alike, over the same hosts', () => {
    const [more] = partsOf([...mixedFleet(), planned('new')], 4) as [NamedReport];
    expect(errors([more, two, three, four])).toEqual([
      'part1.json and part2.json are not parts of one run: it had other hosts',
    ]);
    const [of5] = partsOf([], 5) as [NamedReport];
    expect(errors([{ ...of5, file: 'of5.json' }, two])[0]).toBe(
      'of5.json is one of 5 parts, part2.json one of 4: they are not of one run',
    );
  });

  it('are not mixed with whole reports', () => {
    expect(errors([...parts, plain('whole.json', [planned('z')])])).toEqual([
      'part1.json is a part of a run (--shard), and whole.json is not',
    ]);
  });

  it('are refused where a host was taken out of one or moved', () => {
    const full = parts.find(({ report }) => report.hosts.length > 1) as NamedReport;
    const shard = full.report.shard as NonNullable<Report['shard']>;
    const without: Report = {
      ...buildReport('plan', []),
      hosts: full.report.hosts.slice(1),
      shard: { ...shard, positions: shard.positions.slice(1) },
    };
    const moved: Report = { ...full.report, shard: { ...shard, positions: [...shard.positions].reverse() } };
    for (const report of [without, moved]) {
      expect(errors(parts.map((part) => (part === full ? { ...part, report } : part)))).toEqual([
        expect.stringMatching(/^the parts do not make the whole run/),
      ]);
    }
  });
});

describe('reports of whole runs', () => {
  it('are put one behind the other, in the order given', () => {
    const { report } = mergeReports([
      plain('b', [planned('b1'), planned('b2')]),
      plain('a', [planned('a1')]),
    ]);
    expect(report).toEqual(buildReport('plan', [planned('b1'), planned('b2'), planned('a1')]));
  });

  it('may not be of different commands', () => {
    expect(errors([plain('a', [planned('a')]), plain('b', [planned('b')], 'drift')])).toEqual([
      'a is the report of a "plan", b of a "drift": they cannot be one',
    ]);
  });

  it('may not have a host twice, neither in two nor in one', () => {
    const hosts = [planned('h1'), planned('h2')];
    expect(errors([plain('a', hosts), plain('b', [planned('x')]), plain('c', hosts)])).toEqual([
      'the host "h1" is in a and again in c, and so for 1 more',
    ]);
    expect(errors([plain('a', [planned('h'), planned('h')])])).toEqual([
      'the host "h" is in a and again in a',
    ]);
  });

  it('are at least one', () => {
    expect(errors([])).toEqual(['there is no report to merge']);
  });
});
