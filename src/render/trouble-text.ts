/** Answers how one host's failure is said in one line while the run goes on; the whole of it is in the report. */
import type { HostOutcome } from '../model/outcome.ts';
import { problemsOf, statusOf } from '../report/build.ts';
import { printable } from './printable.ts';
import { problemText } from './problem-text.ts';

/** Undefined where the host has not failed. */
export function renderTrouble(outcome: HostOutcome): string | undefined {
  const [problem] = problemsOf(outcome);
  return problem && `${printable(outcome.host)}: ${statusOf(outcome)}: ${problemText(problem)}`;
}
