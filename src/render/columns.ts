/** Answers how rows of words become lines with straight columns. Knows colours only as paint over finished cells. */
import type { Paint } from './style.ts';

export interface Cell {
  /** Already printable. */
  readonly text: string;
  readonly paint?: Paint;
  /** One space before it where other cells have two. */
  readonly close?: boolean;
}

/** A cell beyond this does not push the others aside: it sticks out alone. */
const WIDEST_COLUMN = 24;

/** Cells apart by two spaces, each as wide as the widest of its column; no spaces at the end of a line. */
export function alignColumns(rows: readonly (readonly Cell[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach(({ text }, column) => {
      const width = lengthOf(text);
      if (width <= WIDEST_COLUMN) widths[column] = Math.max(widths[column] ?? 0, width);
    });
  }
  return rows.map((row) => {
    const last = row.findLastIndex((cell) => cell.text !== '');
    return row
      .slice(0, last + 1)
      .map(({ text, paint, close }, column) => {
        const gap = column === 0 ? '' : close ? ' ' : '  ';
        const drawn = paint && text !== '' ? paint(text) : text;
        const padding = column === last ? 0 : (widths[column] ?? 0) - lengthOf(text);
        return gap + drawn + ' '.repeat(Math.max(0, padding));
      })
      .join('');
  });
}

function lengthOf(text: string): number {
  return [...text].length;
}
