/**
 * How do the rows of thousands of hosts stay small? What is the same in many of them is one object in memory. The rows
 * mean what they meant, and are written the same; only who compares by identity could tell. Pure.
 */
import type { Position } from '../model/diagnostic.ts';
import type { ReportChange, ReportField, ReportHost } from '../model/report.ts';

const NOTHING: readonly never[] = Object.freeze([]);
/** Values that hardly two interfaces have in common: remembering them costs more than it saves. */
const OF_ONE_ALONE: ReadonlySet<string> = new Set(['mac', 'alias']);

export class RowSharing {
  readonly #fields = new Map<string, ReportField>();
  readonly #places = new Map<string, Position>();

  /** The row, made of parts that earlier rows had. */
  share(row: ReportHost): ReportHost {
    return row.changes.length === 0
      ? row
      : { ...row, changes: row.changes.map((change) => this.#change(change)) };
  }

  #change(change: ReportChange): ReportChange {
    const { fields, holders, declared_at: place } = change;
    return {
      ...change,
      fields: fields.map((field) => this.#field(field)),
      holders: holders.length === 0 ? NOTHING : holders,
      ...(place ? { declared_at: this.#place(place) } : {}),
    };
  }

  #field(field: ReportField): ReportField {
    return OF_ONE_ALONE.has(field.field) ? field : remembered(this.#fields, JSON.stringify(field), field);
  }

  #place(place: Position): Position {
    return remembered(this.#places, `${place.line}:${place.column}:${place.file}`, place);
  }
}

function remembered<T>(known: Map<string, T>, key: string, value: T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  known.set(key, value);
  return value;
}
