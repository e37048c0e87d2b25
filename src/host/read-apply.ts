/** The answer of the apply program → what `ip -batch` said and the host as it is now. Pure. */
import { type BatchFailure, readBatchFailure } from '../iproute/errors.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Problem } from '../model/problem.ts';
import { readSections } from './frame.ts';
import { type Answer, explainSilence, readObserved } from './read-gather.ts';

export type ApplyReading =
  | { readonly failure: BatchFailure | undefined; readonly observed: ObservedState }
  | { readonly problem: Problem };

export function readApply(answer: Answer, nonce: string, become: boolean): ApplyReading {
  const sections = readSections(answer.stdout, nonce);
  if (!sections) return { problem: explainSilence(answer, become) };
  const reading = readObserved(sections);
  if ('problem' in reading) return reading;
  const code = Number.parseInt(sections.get('code') ?? '', 10);
  const failure = readBatchFailure(sections.get('batch') ?? '', Number.isNaN(code) ? 1 : code);
  return { failure, observed: reading.observed };
}
