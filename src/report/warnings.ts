/** What loading found worth a warning, as a report has it and back: it is of the run, not of one host. Pure. */
import { type Diagnostic, sortDiagnostics } from '../model/diagnostic.ts';
import type { Report, ReportWarning } from '../model/report.ts';

export function reportWarnings(diagnostics: readonly Diagnostic[]): readonly ReportWarning[] {
  return sortDiagnostics(diagnostics.filter(({ severity }) => severity === 'warning')).map(
    ({ summary, hint, where }) => ({
      message: summary,
      ...(hint === undefined ? {} : { hint }),
      ...(where ? { declared_at: { ...where } } : {}),
    }),
  );
}

export function diagnosticsOf({ warnings = [] }: Report): readonly Diagnostic[] {
  return warnings.map(({ message, hint, declared_at }) => ({
    severity: 'warning',
    summary: message,
    ...(hint === undefined ? {} : { hint }),
    ...(declared_at ? { where: declared_at } : {}),
  }));
}

/** Those of several reports, each once: every part of a run has loaded the same files. */
export function joinWarnings(reports: readonly Report[]): readonly ReportWarning[] {
  const all = reports.flatMap(({ warnings = [] }) => warnings);
  return [...new Map(all.map((warning) => [JSON.stringify(warning), warning])).values()];
}
