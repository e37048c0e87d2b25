/** What a play asks of the run as a whole: which hosts, in which batches. Knows the play's and the command's variables only. */
import type { Json } from '../model/json.ts';
import type { BatchSize, HostOrder } from '../model/rollout.ts';
import type { Lookup } from '../template/evaluate.ts';
import { evaluateWritten, type Report } from './evaluate-written.ts';
import type { Play, Written } from './play.ts';
import {
  readAnyErrorsFatal,
  readHosts,
  readMaxFailPercentage,
  readOrder,
  readSerial,
  readThrottleBy,
  type SayError,
} from './play-values.ts';

export interface PlayScope {
  /** Undefined where it is wrong. */
  readonly pattern: string | undefined;
  /** Empty: all hosts at once. */
  readonly serial: readonly BatchSize[];
  readonly maxFailPercentage: number | undefined;
  readonly anyErrorsFatal: boolean;
  readonly order: HostOrder;
  readonly throttleBy: { readonly variable: string; readonly limit: number } | undefined;
}

/** All of it holds before any host is chosen: a host's variables are undefined in it. */
export function playScope(play: Play, lookup: Lookup, report: Report): PlayScope {
  function read<T>(
    written: Written | undefined,
    reader: (value: Json, say: SayError) => T | undefined,
  ): T | undefined {
    if (!written) return undefined;
    const value = evaluateWritten(written, lookup, report);
    return value === undefined ? undefined : reader(value, sayAt(written, report));
  }
  return {
    pattern: read(play.hosts, readHosts),
    serial: read(play.serial, readSerial) ?? [],
    maxFailPercentage: read(play.maxFailPercentage, readMaxFailPercentage),
    anyErrorsFatal: read(play.anyErrorsFatal, readAnyErrorsFatal) ?? false,
    order: read(play.order, readOrder) ?? 'inventory',
    throttleBy: read(play.throttleBy, readThrottleBy),
  };
}

/** Literals were judged when they were read: only what templates gave is reported again. */
export function sayAt(written: Written, report: Report): SayError {
  return (summary, hint, item) => {
    if (!written.template) return;
    const where = item === undefined ? written.where : (written.items?.[item] ?? written.where);
    report({ severity: 'error', summary, hint, where });
  };
}
