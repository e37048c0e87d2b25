/**
 * A play as it was read: structure and literal values checked, templates still in place. What a play means on one host
 * is decided in resolve.ts.
 */
import type { Position } from '../model/diagnostic.ts';
import type { Variables } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import type { FieldKey, FieldResult } from './fields.ts';

/** A value as written, with the places a message may point at. */
export interface Written {
  readonly value: Json;
  readonly where: Position;
  /** For a list: the place of each item. */
  readonly items?: readonly Position[];
  /** Whether any string in it is for the template engine. */
  readonly template: boolean;
}

/** A field of an entry or of `defaults`. A literal was judged when it was read; `checked` is missing where it failed. */
export interface WrittenField extends Written {
  readonly checked?: { readonly value: FieldResult };
}

export interface Entry {
  readonly where: Position;
  readonly name: WrittenField | undefined;
  /** `defaults` merged under the entry's own fields. */
  readonly fields: ReadonlyMap<FieldKey, WrittenField>;
  /** The keys of `fields` that the entry itself writes. */
  readonly own: ReadonlySet<FieldKey>;
  readonly loop: Written | undefined;
  /** Conditions that must all hold. */
  readonly when: readonly Written[];
  /** The rules between fields were judged already: every field they look at is a literal. */
  readonly judgedTogether: boolean;
}

/** A rule of `ignore`. */
export interface WrittenRule {
  readonly where: Position;
  readonly interfaces: Written;
  /** Undefined: every difference. */
  readonly fields: Written | undefined;
}

export interface Play {
  readonly where: Position;
  /** For people; never evaluated. */
  readonly name: string | undefined;
  /** Host patterns, joined with commas, as written. */
  readonly hosts: Written;
  readonly vars: Variables;
  /** Batch sizes as in Ansible, the last one repeats; undefined: all hosts at once. */
  readonly serial: Written | undefined;
  /** 0–100. */
  readonly maxFailPercentage: Written | undefined;
  readonly anyErrorsFatal: Written | undefined;
  readonly throttleBy: Written | undefined;
  readonly order: Written | undefined;
  readonly become: Written | undefined;
  readonly owner: Written | undefined;
  readonly prune: Written | undefined;
  /** Rules as written, or templates that give them. */
  readonly ignore: readonly (WrittenRule | Written)[];
  readonly macvtaps: readonly Entry[];
}
