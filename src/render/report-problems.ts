/** Answers what a host of a report is in trouble with, and how one trouble is said in a bounded space. */
import type { Problem } from '../model/problem.ts';
import type { ReportHost, ReportProblem } from '../model/report.ts';
import { cutText } from './fold-report.ts';
import { problemText } from './host-rows.ts';

/** UTF-16 units. */
const MESSAGE_ROOM = 600;

export function problemsOf(host: ReportHost): readonly ReportProblem[] {
  return host.errors ?? (host.error ? [host.error] : []);
}

export function problemLine(problem: ReportProblem): string {
  return cutText(problemText(problem as Problem), MESSAGE_ROOM);
}
