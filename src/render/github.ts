/**
 * Answers how a report annotates the lines of a pull request: workflow commands for the log of a GitHub Actions job. Errors
 * come first, for GitHub shows ten of a kind and a step and drops the rest; so what is at one line is one annotation.
 */
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Report } from '../model/report.ts';
import { diagnosticsOf } from '../report/warnings.ts';
import { findingsOf } from './findings.ts';
import { workflowCommand } from './github-commands.ts';
import { totalsOf } from './report-totals.ts';

/** The last line is a notice with the totals. */
export function renderGithub(
  report: Report,
  diagnostics: readonly Diagnostic[] = diagnosticsOf(report),
): string {
  const commands = findingsOf(report, diagnostics).map(({ rule, level, where, interface: name, lines }) =>
    workflowCommand({
      level,
      title: `tapfleet ${report.command}: ${rule}${name === undefined ? '' : ` ${name}`}`,
      lines,
      where,
    }),
  );
  const title = `tapfleet ${report.command}`;
  return [...commands, workflowCommand({ level: 'notice', title, lines: [totalsOf(report)] })].join('');
}
