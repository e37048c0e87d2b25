/** What somebody has seen and agreed to on one host: nothing else may be done there. Plain data. */
import type { Holder } from './observed.ts';

export interface Expectation {
  /** The steps as lines of `ip -batch`. */
  readonly batch: string;
  /** The lines of the links that the plan rests on, by name; null: there was none of that name. */
  readonly prints: ReadonlyMap<string, string | null>;
  /** Of the interfaces whose change cuts holders off: who they were. */
  readonly holders: ReadonlyMap<string, readonly Holder[] | 'unknown'>;
}
