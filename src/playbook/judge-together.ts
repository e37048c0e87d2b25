/** Rules between the fields of one interface, each judged right alone already. Knows no host and no position. */
import { ONLY_IN_MODE } from '../model/macvtap.ts';
import type { FieldKey, FieldResult } from './fields.ts';

/** The fields that the rules here look at: where all are literals, one look at the playbook settles them. */
export const FIELDS_JUDGED_TOGETHER: readonly FieldKey[] = ['mode', 'nopromisc', 'source_macs', 'state'];

/**
 * | written                        | verdict                                                                  |
 * |--------------------------------|--------------------------------------------------------------------------|
 * | nopromisc, mode not passthru   | error; from `defaults`: left out, for it is meant for the others          |
 * | source_macs, mode not source   | the same (leaving source mode flushes the kernel's list)                  |
 * | source_macs: [], mode source   | warning: nothing gets in                                                  |
 * | state absent, with more fields | warning: they mean nothing; from `defaults`: left out                     |
 */
export function judgeTogether(
  value: (key: FieldKey) => FieldResult | undefined,
  own: ReadonlySet<FieldKey>,
  say: (severity: 'error' | 'warning', key: FieldKey, summary: string, hint: string) => void,
): void {
  if (value('state') === 'absent') {
    const idle = [...own].filter((key) => key !== 'state' && key !== 'disruption');
    const [first] = idle;
    if (first) {
      const verb = idle.length > 1 ? 'mean' : 'means';
      say('warning', first, `${idle.join(', ')} ${verb} nothing with state: absent`, 'leave it out');
    }
    return;
  }
  const mode = value('mode') ?? 'vepa';
  for (const [key, onlyIn] of RESTRICTED) {
    if (mode === onlyIn || !own.has(key) || value(key) === undefined) continue;
    say(
      'error',
      key,
      `${key} needs mode ${onlyIn}; the mode is ${mode}`,
      `leave ${key} out, or set mode: ${onlyIn}`,
    );
  }
  const sources = value('source_macs');
  if (mode === 'source' && Array.isArray(sources) && sources.length === 0) {
    say(
      'warning',
      'source_macs',
      'source_macs is empty: in source mode nothing gets in',
      'list addresses to let in',
    );
  }
}

/** Whether a field may be applied in `mode`; where not, it can only have come from `defaults`. */
export function appliesIn(key: string, mode: string): boolean {
  return RESTRICTED.every(([restricted, onlyIn]) => key !== restricted || mode === onlyIn);
}

const RESTRICTED = Object.entries(ONLY_IN_MODE) as [keyof typeof ONLY_IN_MODE, string][];
