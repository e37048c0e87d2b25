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
}

/** `state: absent`. */
export interface WantedAbsent {
  readonly name: string;
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
