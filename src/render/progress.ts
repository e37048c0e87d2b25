/** Answers how far a run is, in one live line on stderr; on anything but a terminal it says nothing at all. */
import { clearLine, cursorTo } from 'node:readline';
import { printable } from './printable.ts';

export interface Progress {
  /** What the run is doing: `reading`, `applying`. */
  readonly phase: string;
  readonly total: number;
  readonly done: number;
  readonly running: number;
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
  readonly elapsedMs: number;
}

/** Earlier than this a pace is only noise. */
const PACE_FROM_MS = 2_000;

/** One line, at most `columns - 1` characters: a full line would make some terminals wrap. */
export function progressLine(progress: Progress, columns: number): string {
  const { total, done } = progress;
  const percent = total > 0 ? Math.floor((done * 100) / total) : 100;
  const counts: readonly (readonly [number, string])[] = [
    [progress.running, 'running'],
    [progress.changed, 'changed'],
    [progress.failed, 'failed'],
    [progress.unreachable, 'unreachable'],
  ];
  const parts = [
    `${printable(progress.phase)} ${done}/${total} (${percent}%)`,
    clock(progress.elapsedMs),
    ...pace(progress),
    ...counts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : [])),
  ];
  return [...parts.join('  ')].slice(0, Math.max(0, columns - 1)).join('');
}

/** Hosts a second and the time that the rest takes at that pace; nothing before there is one to tell by. */
function pace({ done, total, elapsedMs }: Progress): string[] {
  if (done === 0 || done === total || elapsedMs < PACE_FROM_MS) return [];
  const rate = (done * 1000) / elapsedMs;
  const left = clock(((total - done) * elapsedMs) / done);
  return [`${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`, `${left} left`];
}

function clock(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = String(s).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${tail}` : `${m}:${tail}`;
}

/** At most ten drawings a second. */
const INTERVAL_MS = 100;

export interface LiveStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The line's life: `write` draws it or leaves it for the next call, `clear` takes it away before other text. */
export class LiveLine {
  readonly #stream: LiveStream;
  readonly #now: () => number;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #shown = false;

  constructor(stream: LiveStream, now: () => number = Date.now) {
    this.#stream = stream;
    this.#now = now;
  }

  write(progress: Progress): void {
    const now = this.#now();
    if (!this.#stream.isTTY || now - this.#drawnAt < INTERVAL_MS) return;
    this.#drawnAt = now;
    this.#shown = true;
    cursorTo(this.#stream, 0);
    // A terminal whose size nobody has set says 0.
    this.#stream.write(progressLine(progress, this.#stream.columns || 80));
    clearLine(this.#stream, 1);
  }

  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#drawnAt = Number.NEGATIVE_INFINITY;
    cursorTo(this.#stream, 0);
    clearLine(this.#stream, 0);
  }
}
