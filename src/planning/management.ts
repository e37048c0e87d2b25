/** Which devices carry the connection to a host, and whether a change could cut it. Pure. */
import type { Change } from '../model/change.ts';
import type { ObservedState } from '../model/observed.ts';

/**
 * The device of the management address and everything below it: what it is stacked on and the ports it is made of.
 * Undefined where the host did not tell.
 */
export function managementPath(observed: ObservedState): ReadonlySet<string> | undefined {
  if (observed.managementDevice === undefined) return undefined;
  const path = new Set<string>();
  const due = [observed.managementDevice];
  for (let name = due.pop(); name !== undefined; name = due.pop()) {
    if (path.has(name)) continue;
    path.add(name);
    const link = observed.links.get(name);
    if (link?.lower !== undefined && observed.links.has(link.lower)) due.push(link.lower);
    for (const port of observed.links.values()) if (port.master === name) due.push(port.name);
  }
  return path;
}

/** Whether any change is on a device of the management path; where that is not known, any change might be. */
export function touchesManagement(observed: ObservedState, changes: readonly Change[]): boolean {
  const path = managementPath(observed);
  return changes.some((change) => lowersOf(change).some((lower) => path === undefined || path.has(lower)));
}

/** The lower devices of a change, before and after. */
export function lowersOf({ before, after }: Change): string[] {
  return [before?.fields.lower, after?.fields.lower].filter((lower) => lower !== undefined);
}

/**
 * Why a change could cut the connection, or undefined: passthru takes a device for itself and makes it promiscuous, and
 * its MAC is the device's own.
 */
export function lockoutReason(observed: ObservedState, change: Change): string | undefined {
  const path = managementPath(observed);
  const lower = lowersOf(change).find((one) => path?.has(one));
  if (lower === undefined) return undefined;
  const carries = `"${lower}" carries the management connection`;
  const passthru = change.after?.fields.mode === 'passthru';
  if (passthru && change.action !== 'update')
    return `passthru takes the lower device for itself, and ${carries}`;
  if (passthru && change.fields.some(({ field }) => field === 'mac')) {
    return `the MAC of a passthru is that of its lower device, and ${carries}`;
  }
  if (change.before?.fields.mode === 'passthru' && change.action !== 'update') {
    return `deleting a passthru gives its lower device another MAC, and ${carries}`;
  }
  return undefined;
}
