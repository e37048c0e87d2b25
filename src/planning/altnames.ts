/** Alternative names of what is made again: which can be given back, and which are lost. Pure. */
import { batchWord } from '../model/names.ts';
import type { ObservedState } from '../model/observed.ts';

/** Bytes of an alternative name (ALTIFNAMSIZ − 1). */
const MAX_BYTES = 127;

/** In the order of the host. */
export function sayableAltnames(observed: ObservedState, name: string): readonly string[] {
  return altnamesOf(observed, name).filter(canBeSaid);
}

/** Those that no line of `ip -batch` can hold. */
export function unsayableAltnames(observed: ObservedState, name: string): readonly string[] {
  return altnamesOf(observed, name).filter((altname) => !canBeSaid(altname));
}

function altnamesOf({ links }: ObservedState, name: string): readonly string[] {
  return links.get(name)?.altnames ?? [];
}

function canBeSaid(altname: string): boolean {
  return batchWord(altname) !== undefined && Buffer.byteLength(altname) <= MAX_BYTES;
}
