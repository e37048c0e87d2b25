/** Answers how many differences a host leaves to others: one for a missing or an extra interface, else one a field. Pure. */
import type { ReportIgnored } from '../model/report.ts';

export function countIgnored(ignored: readonly ReportIgnored[] = []): number {
  return ignored.reduce((sum, { action, fields }) => {
    const whole = action === 'create' || action === 'delete';
    return sum + (whole ? 1 : fields.length);
  }, 0);
}
