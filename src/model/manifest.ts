/**
 * The desired state of one host: what every play that matches it asks for, resolved to plain data. No templates, no
 * groups, no defaults left open. A field that is missing is not ours to judge: whatever the host has is right.
 */
import type { Position } from './diagnostic.ts';
import type { FieldName, FieldValue, MacvtapFields } from './macvtap.ts';
import type { Problem } from './problem.ts';

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

/**
 * Of an undo: an interface as it was before a run. What of that is asked of the host is told by looking at what it has now
 * (planning/put-back.ts).
 */
export interface BeforeRun {
  readonly name: string;
  /** Whose it was or became. */
  readonly owner: string;
  /** Where the run is written down. */
  readonly where: Position;
  /** What the run did. */
  readonly action: 'update' | 'replace' | 'delete';
  /** All that is known of it. */
  readonly fields: WantedMacvtap['fields'];
  /** The whole alias. */
  readonly alias: string;
  /** The whole alias as the run left it; undefined where it left none, or the record does not tell. */
  readonly aliasAfter: string | undefined;
  /** Of an update: the fields that the run changed, with what it made of them, as far as the record tells. */
  readonly changed: ReadonlyMap<FieldName | 'mark', FieldValue | undefined>;
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
  /** Of an undo alone, which has nothing `present` itself; sorted by name. */
  readonly before?: readonly BeforeRun[];
  /** What it should have and cannot be asked for; the rest is. */
  readonly impossible?: readonly Problem[];
  /** Owners whose interfaces are deleted when no play declares them; sorted. */
  readonly pruneOwners: readonly string[];
  /** Of all plays of the host, in their order; a difference is ignored where one of them says so. */
  readonly ignore: readonly IgnoreRule[];
  /** Some play of the host asks to become root. */
  readonly become: boolean;
}
