/**
 * Answers how a report is written small enough for a page: 2,000 hosts with 8 changes each are 20 MB of JSON, and nearly
 * all of it is the same words. What is each interface's own (name, addresses, numbers) becomes leaves, the rest shapes.
 */
import type { Json } from '../../model/json.ts';
import type { Report, ReportChange, ReportHost } from '../../model/report.ts';
import type { Kind, Leaf, Packed, PackedHost, Shape, ShapeObject } from './packed.ts';

/** Keys and fields whose values differ from one interface to the next; any string that is an address does too. */
const OWN = new Set(['alias', 'mark', 'pid', 'guest', 'line', 'column']);
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;

export function packReport(report: Report): Packed {
  const shapes = new Numbered<ShapeObject>();
  const kinds = new Numbered<Kind>();
  const hosts = report.hosts.map((host) => packHost(host, shapes, kinds));
  return { command: report.command, shapes: shapes.values, kinds: kinds.values, hosts };
}

function packHost(
  { host, changes, ...rest }: ReportHost,
  shapes: Numbered<ShapeObject>,
  kinds: Numbered<Kind>,
): PackedHost {
  const packed = changes.map(splitChange);
  const kind = kinds.numberOf({ ...rest, shapes: packed.map(({ shape }) => shapes.numberOf(shape)) });
  return [host, kind, ...packed.map(({ leaves }) => leaves)];
}

/** Leaves in the order they are met, each once. */
function splitChange(change: ReportChange): {
  readonly shape: ShapeObject;
  readonly leaves: readonly Leaf[];
} {
  const leaves = new Numbered<Leaf>();
  const split = (value: Json, key: string): Shape => {
    if (typeof value === 'string' || typeof value === 'number') {
      const own =
        OWN.has(key) || value === change.interface || (typeof value === 'string' && MAC.test(value));
      return own ? { '': leaves.numberOf(value) } : value;
    }
    if (value === null || typeof value === 'boolean') return value;
    if (isList(value)) return value.map((one) => split(one, key));
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, split(one, keyOf(value, name))]),
    );
  };
  const shape = split(change as unknown as Json, '') as ShapeObject;
  return { shape, leaves: leaves.values };
}

/** What `before` and `after` of a field's row are values of is told by the row. */
function keyOf(owner: { readonly [key: string]: Json }, key: string): string {
  return (key === 'before' || key === 'after') && typeof owner.field === 'string' ? owner.field : key;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Values in the order they were first met; equal ones have one number. */
class Numbered<T> {
  readonly values: T[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(value: T): number {
    const key = JSON.stringify(value);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}
