/**
 * What a person sees of a run while it goes on: one live line on a terminal, a plain line now and then in a log, and each
 * failure when it happens. What the report says within two seconds is not said twice.
 */
import type { RunEvent } from '../fleet/run-event.ts';
import type { HostOutcome } from '../model/outcome.ts';
import { LiveLine, type Progress, progressLine } from '../render/progress.ts';
import { renderTrouble } from '../render/trouble-text.ts';
import { statusOf } from '../report/build.ts';
import type { Output } from './output.ts';

const QUIET_MS = 2_000;
/** Past it they are counted: the report has them all. */
const MOST_FAILURES = 50;
const REDRAW_MS = 250;
/** In a log nobody watches a line move. */
const LOG_EVERY_MS = 30_000;

export class Announcer {
  readonly #line = new LiveLine(process.stderr);
  readonly #output: Output;
  readonly #timer: NodeJS.Timeout;
  /** Said when the run has lasted long enough; undefined from then on. */
  #held: string[] | undefined = [];
  /** Failures that found no room there. */
  #dropped = 0;
  #said = 0;
  #startedAt = performance.now();
  #state: Omit<Progress, 'elapsedMs'>;
  #asking = false;
  #loggedAt = performance.now();

  constructor(output: Output, phase: string, total: number) {
    this.#output = output;
    this.#state = { phase, total, done: 0, running: 0, changed: 0, failed: 0, unreachable: 0 };
    this.#timer = setInterval(() => this.#tick(), REDRAW_MS).unref();
  }

  tell(event: RunEvent): void {
    const { running, done } = this.#state;
    if (event.event === 'host-started') this.#state = { ...this.#state, running: running + 1 };
    if (event.event === 'host-finished') {
      this.#state = { ...counted(this.#state, event.outcome), running: running - 1, done: done + 1 };
      const text = renderTrouble(event.outcome);
      if (text !== undefined) this.#say(text);
    }
    this.#draw();
  }

  /** A new phase of the same run: the count starts again. */
  phase(phase: string, total: number): void {
    this.#state = { phase, total, done: 0, running: 0, changed: 0, failed: 0, unreachable: 0 };
    this.#startedAt = performance.now();
  }

  /** Takes the live line away, before anything else is printed. */
  clear(): void {
    this.#line.clear();
  }

  /** Keeps the terminal for a question. */
  async during<T>(question: () => Promise<T>): Promise<T> {
    this.#asking = true;
    this.#line.clear();
    return question().finally(() => {
      this.#asking = false;
    });
  }

  end(): void {
    clearInterval(this.#timer);
    this.#line.clear();
    if (this.#said > MOST_FAILURES) {
      this.#output.note(`… and ${this.#said - MOST_FAILURES} more failures, in the report\n`);
    }
  }

  #say(text: string): void {
    if (this.#held) {
      if (this.#held.length < MOST_FAILURES) this.#held.push(text);
      else this.#dropped++;
      return;
    }
    this.#said++;
    if (this.#said > MOST_FAILURES) return;
    this.#line.clear();
    this.#output.note(`${text}\n`);
  }

  #tick(): void {
    const now = performance.now();
    if (this.#held && now - this.#startedAt >= QUIET_MS && this.#state.running > 0) {
      const held = this.#held;
      this.#held = undefined;
      for (const text of held) this.#say(text);
      this.#said += this.#dropped;
    }
    if (!process.stderr.isTTY && now - this.#loggedAt >= LOG_EVERY_MS && this.#state.running > 0) {
      this.#loggedAt = now;
      this.#output.note(`${progressLine({ ...this.#state, elapsedMs: now - this.#startedAt }, 200)}\n`);
    }
    this.#draw();
  }

  #draw(): void {
    if (this.#asking) return;
    this.#line.write({ ...this.#state, elapsedMs: performance.now() - this.#startedAt });
  }
}

type Counts = Omit<Progress, 'elapsedMs'>;

function counted(state: Counts, outcome: HostOutcome): Counts {
  switch (statusOf(outcome)) {
    case 'changed':
      return { ...state, changed: state.changed + 1 };
    case 'unreachable':
      return { ...state, unreachable: state.unreachable + 1 };
    case 'failed':
    case 'refused':
    case 'rolled-back':
      return { ...state, failed: state.failed + 1 };
    default:
      return state;
  }
}
