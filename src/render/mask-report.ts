/**
 * Takes known secrets out of a report before it is drawn, for formats that cannot be masked as text: a page whose own
 * script or style were edited would be blocked by its own policy. Words of the contract (statuses, actions, kinds) and totals stay.
 */
import type { Json } from '../model/json.ts';
import type { Report } from '../model/report.ts';
import { hideSecrets } from './hide-secrets.ts';
import { jsonText } from './json.ts';

/** Keys whose values are tapfleet's own words, never a host's or a playbook's. */
const OURS = new Set([
  'summary',
  'format_version',
  'command',
  'outcome',
  'status',
  'action',
  'cause',
  'result',
  'kind',
  'field',
]);

export function maskReport(report: Report, secrets: Iterable<string>): Report {
  const text = jsonText(report);
  const masked = hideSecrets(text, secrets);
  return masked === text
    ? report
    : (restore(JSON.parse(masked) as Json, report as unknown as Json) as unknown as Report);
}

/** What was masked, with our own words as they were. */
function restore(masked: Json, original: Json): Json {
  if (Array.isArray(masked) && Array.isArray(original)) {
    return masked.map((one: Json, index) => restore(one, (original as readonly Json[])[index] ?? null));
  }
  if (!isObject(masked) || !isObject(original)) return masked;
  return Object.fromEntries(
    Object.entries(masked).map(([key, value]) => {
      const before = original[key] ?? null;
      // A holder's `command` is the host's word; the report's is ours, and has no process id beside it.
      const ours = OURS.has(key) && !(key === 'command' && 'pid' in original);
      return [key, ours ? before : restore(value, before)];
    }),
  );
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
