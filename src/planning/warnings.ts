/** What is worth knowing about a host and stands in the way of nothing. Pure. */
import type { Change } from '../model/change.ts';
import type { ObservedState } from '../model/observed.ts';
import { unsayableAltnames } from './altnames.ts';

const MAX_SHOWN = 40;
/** An unsigned counter that went below zero (facts: nopromisc toggled while down, kernel 6.18). */
const WRAPPED_FROM = 2 ** 31;

export function warningsOf(observed: ObservedState, changes: readonly Change[]): string[] {
  return [...damagedLowers(observed), ...shrunkLowers(observed, changes), ...lostAltnames(observed, changes)];
}

/** Of what is made anew; they are the host's, and of any length. */
function lostAltnames(observed: ObservedState, changes: readonly Change[]): string[] {
  return changes.flatMap(({ interface: name, action }) =>
    action !== 'replace'
      ? []
      : unsayableAltnames(observed, name).map(
          (altname) =>
            `${name}: its alternative name "${altname.slice(0, MAX_SHOWN)}" is lost: no line of "ip -batch" can hold it`,
        ),
  );
}

function damagedLowers(observed: ObservedState): string[] {
  return [...observed.links.values()].flatMap(({ name, promiscuity }) =>
    promiscuity !== undefined && promiscuity >= WRAPPED_FROM
      ? [
          `"${name}" is damaged: its promiscuity counter is ${promiscuity}, below zero (a kernel fault); it stays promiscuous until the device is made anew or the host restarts`,
        ]
      : [],
  );
}

/** A lower device that shrinks takes its macvtaps with it, without a word, and does not grow them back. */
function shrunkLowers(observed: ObservedState, changes: readonly Change[]): string[] {
  return changes.flatMap(({ interface: name, fields, before }) => {
    const mtu = fields.find(({ field, cause }) => field === 'mtu' && cause !== 'pending');
    const lower = before?.fields.lower === undefined ? undefined : observed.links.get(before.fields.lower);
    const applied = Number(before?.mark?.applied.get('mtu'));
    if (!mtu || !lower || mtu.before !== lower.mtu || !(applied > lower.mtu)) return [];
    return [`${name}: mtu is ${lower.mtu} because the lower device "${lower.name}" shrank to that`];
  });
}
