/**
 * The desired state of one host: what every play that matches it asks for, resolved to plain data. No templates, no
 * groups, no defaults left open. A field that is missing is not ours to judge: whatever the host has is right.
 */
import type { Position } from './diagnostic.ts';
import type { MacvtapFields } from './macvtap.ts';

export interface WantedMacvtap {
  readonly name: string;
  readonly owner: string;
  readonly disruption: 'refuse' | 'allow';
  /** Where the playbook declares it. */
  readonly where: Position;
  readonly fields: Pick<MacvtapFields, 'lower' | 'mode' | 'state'> & Partial<MacvtapFields>;
  /**
   * The whole alias, in place of a mark of these fields: an undo puts back what was there, and gives what was foreign
   * back to whoever had it.
   */
  readonly aliasBefore?: string;
}

/** `state: absent`. */
export interface WantedAbsent {
  readonly name: string;
  /** A foreign one of that name stays: an undo deletes what the run made, not what came after. */
  readonly ownedOnly?: boolean;
  readonly owner: string;
  readonly disruption: 'refuse' | 'allow';
  readonly where: Position;
}

export interface Manifest {
  readonly host: string;
  /** Sorted by name. */
  readonly present: readonly WantedMacvtap[];
  /** Sorted by name. */
  readonly absent: readonly WantedAbsent[];
  /** Owners whose interfaces are deleted when no play declares them; sorted. */
  readonly pruneOwners: readonly string[];
  /** Some play of the host asks to become root. */
  readonly become: boolean;
}
