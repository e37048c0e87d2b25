/** Whom does a change hurt? The one answer of all formats, the page's too. */

/** What of a change is counted here; a change of a report is one. */
interface Disturbance {
  readonly disruptions?: readonly unknown[];
  readonly holders: readonly unknown[];
  readonly holders_known: boolean;
}

/** Whether somebody who holds the interface loses something, as far as could be seen. */
export function cutsOff({ disruptions = [], holders, holders_known }: Disturbance): boolean {
  return disruptions.length > 0 && (holders.length > 0 || !holders_known);
}
