/**
 * What a report looks like inside the page, and how a host is read out of it again. Hosts of a fleet say nearly the
 * same: what they say is written once, with holes for what is each one's own. Shared by the writer and by the browser.
 */
import type { Json } from '../../model/json.ts';
import type { Command, ReportChange, ReportHost } from '../../model/report.ts';

/** In a shape, the place of the leaf with this number. No key of a report is empty. */
export interface Hole {
  readonly '': number;
}

/** A value with holes in it. */
export type Shape = null | boolean | number | string | Hole | readonly Shape[] | ShapeObject;
export interface ShapeObject {
  readonly [key: string]: Shape;
}

export type Leaf = string | number;

/** What hosts that are alike say: all of a row but its name and the leaves of its changes. */
export type Kind = Omit<ReportHost, 'host' | 'changes'> & {
  /** Which shape each change has. */
  readonly shapes: readonly number[];
};

/** Name, which kind, and for each change the leaves of its shape. */
export type PackedHost = readonly [name: string, kind: number, ...leaves: (readonly Leaf[])[]];

export interface Packed {
  readonly command: Command;
  readonly shapes: readonly ShapeObject[];
  readonly kinds: readonly Kind[];
  readonly hosts: readonly PackedHost[];
}

/** One change of a host, as the report has it. */
export function unpackChange(packed: Packed, shape: number, leaves: readonly Leaf[]): ReportChange {
  return fill(packed.shapes[shape] ?? null, leaves) as unknown as ReportChange;
}

/** The value of a shape, each hole filled with its leaf. */
export function fill(shape: Shape | undefined, leaves: readonly Leaf[]): Json {
  if (typeof shape !== 'object' || shape === null) return shape ?? null;
  if (isList(shape)) return shape.map((one) => fill(one, leaves));
  if (isHole(shape)) return leaves[shape['']] ?? null;
  return Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, fill(value, leaves)]));
}

function isList(shape: object): shape is readonly Shape[] {
  return Array.isArray(shape);
}

function isHole(shape: object): shape is Hole {
  return Object.hasOwn(shape, '');
}
