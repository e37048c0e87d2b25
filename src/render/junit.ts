/**
 * Answers how a report reads as test results: one suite, a case for each host, in the form that Jenkins' plugin "xunit"
 * describes (junit-10.xsd) and others take too. A failure is a host that is not as it must be, an error one that could not
 * be judged. In a plan changes are no failure: they are what it is for; in a drift report they are.
 */
import type { Report, ReportHost } from '../model/report.ts';
import { changeLines } from './diff-lines.ts';
import { problemsOf } from './host-state.ts';
import { problemLine } from './problem-text.ts';
import { isApplied, totalsOf } from './report-totals.ts';
import { counted } from './value-text.ts';
import { document, element } from './xml.ts';

interface Verdict {
  readonly verdict: 'failure' | 'error' | 'skipped';
  readonly type: string;
  readonly message: string;
}

export function renderJunit(report: Report): string {
  const verdicts = report.hosts.map((host) => verdictOf(report, host));
  const count = (verdict: Verdict['verdict']) => verdicts.filter((one) => one?.verdict === verdict).length;
  const name = `tapfleet ${report.command}`;
  const totals = { tests: report.hosts.length, failures: count('failure'), errors: count('error') };
  const suite = element(
    'testsuite',
    { name, ...totals, skipped: count('skipped') },
    {
      children: [
        ...report.hosts.map((host, index) => testcase(report, host, verdicts[index])),
        element('system-out', {}, { lines: [totalsOf(report)] }),
      ],
    },
  );
  return document(element('testsuites', { name, ...totals }, { children: [suite] }));
}

function testcase(report: Report, host: ReportHost, verdict: Verdict | undefined): string {
  const lines = linesOf(report, host);
  const output = lines.length > 0 ? [element('system-out', {}, { lines })] : [];
  const { verdict: name, type, message } = verdict ?? {};
  return element(
    'testcase',
    { classname: `tapfleet.${report.command}`, name: host.host },
    { children: [...(name ? [element(name, { type: type ?? '', message: message ?? '' })] : []), ...output] },
  );
}

function verdictOf(report: Report, host: ReportHost): Verdict | undefined {
  const problems = problemsOf(host);
  const type = problems[0]?.kind ?? host.status;
  const message = problems.map(problemLine).join('; ') || host.status;
  switch (host.status) {
    case 'in-sync':
    case 'changed':
      return undefined;
    case 'changes': {
      if (isApplied(report)) return { verdict: 'skipped', type: 'not-applied', message: 'not applied' };
      if (report.command !== 'drift') return undefined;
      return {
        verdict: 'failure',
        type: 'drift',
        message: `${counted(host.changes.length, 'interface')} not as declared`,
      };
    }
    case 'skipped':
      return { verdict: 'skipped', type, message: (host.warnings ?? []).join('; ') || host.status };
    case 'unreachable':
      return { verdict: 'error', type, message };
    case 'failed':
    case 'rolled-back':
    case 'refused':
      return { verdict: 'failure', type, message };
  }
}

function linesOf({ command }: Report, host: ReportHost): string[] {
  const warnings = host.status === 'skipped' ? [] : (host.warnings ?? []);
  return [
    ...host.changes.flatMap((change) =>
      changeLines(command, { change, held: [{ host: host.host, change }] }),
    ),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
}
