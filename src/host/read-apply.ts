/** The answer of a transaction → what became of it, and the host as it is now. Pure. */
import { type BatchFailure, readBatchFailure } from '../iproute/errors.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Problem } from '../model/problem.ts';
import { readSections } from './frame.ts';
import { type Answer, explainSilence, readObserved, readPrints } from './read-gather.ts';

export type ApplyReading =
  /** Nothing was touched: somebody else is at work. Seconds since the epoch. */
  | { readonly kind: 'locked'; readonly who: string; readonly since: number | undefined }
  /** Nothing was touched: the host is no longer as it was planned. */
  | { readonly kind: 'stale'; readonly prints: ReadonlyMap<string, string> }
  /** Nothing was touched: something of the host is no longer as the same session has read it. */
  | { readonly kind: 'moved' }
  /** Nothing was touched: the host could not begin, or the program did not arrive whole. */
  | { readonly kind: 'untouched'; readonly problem: Problem }
  /** Every step was made, and the switch is armed where one was asked for. */
  | { readonly kind: 'done'; readonly observed: ObservedState }
  /** A step failed. `undone`: what was said while the steps before it were taken back; undefined where they were not. */
  | {
      readonly kind: 'failed';
      readonly failure: BatchFailure;
      readonly undone: string | undefined;
      readonly observed: ObservedState;
    }
  /** Time was up before the steps were made: the host took back what was done. */
  | { readonly kind: 'late'; readonly observed: ObservedState }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** `reading`: the nonce under which the same session read the host before. */
export function readApply(answer: Answer, nonce: string, reading?: string): ApplyReading {
  const before = reading === undefined ? undefined : readSections(answer.stdout, reading);
  if (before?.has('partial')) return { kind: 'untouched', problem: EATEN };
  const sections = readSections(answer.stdout, nonce);
  if (!sections) return { kind: 'problem', problem: explainSilence(answer) };
  const locked = sections.get('locked');
  if (locked !== undefined) {
    const [, , , since = '', who = ''] = locked.trim().split(' ');
    return { kind: 'locked', who: who || 'another run', since: Number(since) || undefined };
  }
  const stale = sections.get('stale');
  if (stale !== undefined) return { kind: 'stale', prints: readPrints(stale) };
  if (sections.has('moved')) return { kind: 'moved' };
  if (sections.has('partial')) return { kind: 'untouched', problem: EATEN };
  const said = sections.get('problem');
  if (said !== undefined) {
    const kind = /permi(ssion|tted)/i.test(said) ? 'privilege' : 'kernel';
    const message = `the host could not begin: ${said.trim()}; nothing was touched`;
    return { kind: 'untouched', problem: { kind, message } };
  }
  const now = readObserved(sections);
  if ('problem' in now) return { kind: 'problem', problem: now.problem };
  if (sections.has('late')) return { kind: 'late', observed: now.observed };
  const code = Number.parseInt(sections.get('code') ?? '', 10);
  const failure = readBatchFailure(sections.get('batch') ?? '', Number.isNaN(code) ? 1 : code);
  if (!failure) return { kind: 'done', observed: now.observed };
  return { kind: 'failed', failure, undone: sections.get('undone'), observed: now.observed };
}

/** Said by the loader (apply-script.ts). A cut connection is no other cause of it: then nobody hears the answer. */
const EATEN: Problem = {
  kind: 'bad-answer',
  message:
    'the program sent to the host did not arrive whole: something that the login runs first reads its standard input; nothing was touched: let what is in the rc files of the login shell (~/.bashrc, ~/.zshenv, ~/.cshrc, config.fish) read </dev/null',
};

export type Verdict = 'confirmed' | 'undone' | 'gone';

/** The verdict of a confirmation or an order to undo; undefined where the answer has none. */
export function readVerdict(answer: Answer, nonce: string): Verdict | undefined {
  const verdict = readSections(answer.stdout, nonce)?.get('verdict')?.trim();
  return verdict === 'confirmed' || verdict === 'undone' || verdict === 'gone' ? verdict : undefined;
}
