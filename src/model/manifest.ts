/**
 * The desired state of one host: what every play that matches it asks for, resolved to plain data. No templates, no
 * groups, no defaults left open. A field that is missing is not ours to judge: whatever the host has is right.
 */
import type { Position } from './diagnostic.ts';
import type { FieldName, MacvtapFields } from './macvtap.ts';

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
  /**
   * Declared fields that an update leaves to others: in `fields` they are missing or as the host has them. Only planning
   * sets it, on the `after` of a change.
   */
  readonly ignored?: readonly FieldName[];
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

/** What others own: a difference that matches is counted and never acted on. Holds for the interfaces of one owner. */
export interface IgnoreRule {
  readonly owner: string;
  /** Shell globs, one of which must match the name. */
  readonly interfaces: readonly string[];
  /** Undefined: every difference, also that the interface is missing or should not be there. */
  readonly fields?: readonly FieldName[] | undefined;
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
  /** Of all plays of the host, in their order; a difference is ignored where one of them says so. */
  readonly ignore: readonly IgnoreRule[];
  /** Some play of the host asks to become root. */
  readonly become: boolean;
}
