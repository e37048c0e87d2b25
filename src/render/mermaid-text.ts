/**
 * Answers how a diagram of Mermaid stays one that Mermaid draws: any text as a label, no more text and edges than its
 * limits ("Configuration": maxTextSize 50,000 characters, maxEdges 500). Knows nothing of hosts but their number.
 */
import { printable } from './printable.ts';

const MOST_TEXT = 49_000;
const MOST_EDGES = 490;

/** What is drawn together or not at all. */
export interface Diagram {
  readonly hosts: number;
  readonly edges: number;
  readonly lines: readonly string[];
}

/** In quotes, every sign as an entity code ("Flowcharts", "Entity codes to escape characters"): nothing in it is syntax. */
export function drawLabel(text: string): string {
  const escaped = printable(text).replace(/[^\p{L}\p{N} _.,()…-]/gu, (one) => `#${one.codePointAt(0)};`);
  return `"${escaped || '#8203;'}"`;
}

export interface LimitedDiagram {
  readonly head: readonly string[];
  readonly parts: readonly Diagram[];
  readonly tail: readonly string[];
  /** Says how many hosts are left out. */
  readonly left: (hosts: number) => string;
}

/** As many parts as have room, in their order; the others are counted. */
export function limitDiagram({ head, parts, tail, left }: LimitedDiagram): string {
  const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  const all = parts.reduce((sum, { hosts }) => sum + hosts, 0);
  let room = MOST_TEXT - textOf([...head, left(all), ...tail]).length;
  let edges = MOST_EDGES;
  const shown: Diagram[] = [];
  for (const part of parts) {
    room -= textOf(part.lines).length;
    edges -= part.edges;
    if (room < 0 || edges < 0) break;
    shown.push(part);
  }
  const missing = all - shown.reduce((sum, { hosts }) => sum + hosts, 0);
  return textOf([
    ...head,
    ...shown.flatMap(({ lines }) => lines),
    ...(missing > 0 ? [left(missing)] : []),
    ...tail,
  ]);
}
