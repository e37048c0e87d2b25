import type { Log, Result } from 'sarif';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { PROBLEM_KINDS } from '../../../src/model/problem.ts';
import type { Report } from '../../../src/model/report.ts';
import { renderSarif } from '../../../src/render/sarif.ts';
import { buildReport } from '../../../src/report/build.ts';
import { planned } from './builders.ts';
import { expectGolden } from './golden.ts';
import { bigFleet, declared, guestCutOff, HOSTILE, hostileReport, WHERE } from './review-fleets.ts';

function runOf(report: Report, diagnostics: readonly Diagnostic[] = []) {
  const log: Log = JSON.parse(renderSarif(report, diagnostics));
  const [run] = log.runs;
  if (!run?.results || !run.invocations?.[0]) throw new Error('no run');
  return { ...run, results: run.results, invocation: run.invocations[0] };
}

const fingerprints = (results: readonly Result[]) =>
  results.map(({ partialFingerprints }) => partialFingerprints?.['tapfleet/v1']);
const uris = (results: readonly Result[]) =>
  results.map(({ locations }) => locations?.[0]?.physicalLocation?.artifactLocation?.uri);

describe('results', () => {
  it('stand at lines of the playbook, what has none is a notification', () => {
    const text = renderSarif(bigFleet());
    // The rules are the same in each report: they are looked at below.
    const shown = JSON.parse(text);
    shown.runs[0].tool.driver.rules = '(left out)';
    expectGolden('sarif-plan-fleet', `${JSON.stringify(shown, null, 2)}\n`);
  });

  it('have a rule for every kind of problem, and name it by its place', () => {
    const { tool, results, invocation } = runOf(bigFleet('drift'));
    const rules = tool.driver.rules ?? [];
    const ids = rules.map(({ id }) => id);
    expect(ids).toEqual([
      ...Object.keys(PROBLEM_KINDS),
      'cuts-off-holder',
      'not-as-declared',
      'host-warning',
      'playbook',
    ]);
    expect(results.length).toBeGreaterThan(3);
    for (const { ruleId, ruleIndex } of results) expect(ids[ruleIndex ?? -1]).toBe(ruleId);
    const notes = invocation.toolExecutionNotifications ?? [];
    expect(notes.length).toBe(2);
    for (const { associatedRule: rule } of notes) expect(ids[rule?.index ?? -1]).toBe(rule?.id);
  });

  it('all have a place: GitHub refuses the file otherwise', () => {
    for (const { locations } of runOf(bigFleet('drift')).results) {
      expect(locations?.[0]?.physicalLocation?.region?.startLine).toBeGreaterThan(0);
    }
  });

  it('say that the run went well only where no host was in trouble', () => {
    expect(runOf(bigFleet()).invocation.executionSuccessful).toBe(false);
    expect(runOf(buildReport('plan', [planned('a')])).invocation.executionSuccessful).toBe(true);
  });
});

it('counts what it leaves out beyond what GitHub takes', () => {
  const diagnostics = Array.from(
    { length: 20_003 },
    (_, n): Diagnostic => ({ severity: 'warning', summary: 'x', where: { ...WHERE, line: n + 1 } }),
  );
  const { results, invocation } = runOf(buildReport('plan', []), diagnostics);
  expect(results.length).toBe(20_000);
  expect(invocation.toolExecutionNotifications?.map(({ message }) => message.text)).toEqual([
    '… and 3 more results are not shown',
  ]);
});

describe('fingerprints', () => {
  const report = (guest: string, line: number) => {
    const [change] = [guestCutOff('db0', 1, guest)];
    const where = { ...WHERE, line };
    return buildReport('plan', [
      declared('hv01', change?.after ? [{ ...change, after: { ...change.after, where } }] : []),
    ]);
  };

  it('stay when lines move and other guests hold it, and part what differs', () => {
    const [before] = fingerprints(runOf(report('a', 10)).results);
    expect(before).toMatch(/^[0-9a-f]{32}$/);
    expect(fingerprints(runOf(report('b', 99)).results)).toEqual([before]);
    const all = fingerprints(runOf(bigFleet('drift')).results);
    expect(new Set(all).size).toBe(all.length);
  });

  it('of two diagnostics in one file differ', () => {
    const at = (summary: string, line: number): Diagnostic => ({
      severity: 'warning',
      summary,
      where: { ...WHERE, line },
    });
    const { results } = runOf(buildReport('plan', []), [at('x', 1), at('y', 1), at('y', 2)]);
    expect(new Set(fingerprints(results)).size).toBe(3);
    expect(results.map(({ message }) => message.text)).toEqual(['x', 'y', 'y']);
  });
});

describe('escapes', () => {
  const at = (file: string, summary = 'x'): Diagnostic => ({
    severity: 'error',
    summary,
    where: { ...WHERE, file },
  });

  it.each([
    ['./plays/a b.yml', 'plays/a%20b.yml'],
    ['a:b.yml', 'a%3Ab.yml'],
    ['/srv/é.yml', 'file:///srv/%C3%A9.yml'],
    ['../x#y?z', '../x%23y%3Fz'],
    ['\ud800', '%EF%BF%BD'],
  ])('the file %j is %s', (file, uri) => {
    expect(uris(runOf(buildReport('plan', []), [at(file)]).results)).toEqual([uri]);
  });

  it('leave no placeholder and no link', () => {
    const { results } = runOf(buildReport('plan', []), [at('p', 'a {0} [b](https://evil.example)')]);
    expect(results[0]?.message.text).toBe('a {{0}} [b] (https://evil.example)');
  });

  it.each(HOSTILE)('hold whatever a host says: %j', (evil) => {
    const { results } = runOf(hostileReport(evil, 'drift'));
    expect(results.length).toBeGreaterThan(0);
    for (const { message, locations } of results) {
      expect(message.text).not.toMatch(/\]\(|(?<!\{)(?:\{\{)*\{(?!\{)/);
      // Parses, and is what it says: relative.
      const uri = locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '';
      expect(new URL(uri, 'https://base.example/').origin).toBe('https://base.example');
    }
  });
});
