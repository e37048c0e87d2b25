/** Where a command's words go: results to stdout, everything else to stderr, nothing to a pipe that was closed. */
import { type Diagnostic, sortDiagnostics } from '../model/diagnostic.ts';
import { renderDiagnostics } from '../render/diagnostics-text.ts';
import { hideInside } from '../render/hide-report-secrets.ts';
import { hideSecrets, textHider, valueHider } from '../render/hide-secrets.ts';
import type { DataFormat } from '../render/manifest-text.ts';
import { type Style, styleOf, wantsColour } from '../render/style.ts';

export class Output {
  readonly out: Style;
  readonly err: Style;

  constructor() {
    this.out = styleOf(wantsColour(process.stdout, process.env));
    this.err = styleOf(wantsColour(process.stderr, process.env));
    // `tapfleet plan | head` is no mistake; a full disk behind `> report.json` is, and there is no other way to say so.
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
        if (code === 'EPIPE') return;
        if (stream === process.stdout)
          process.stderr.write(`error: the result cannot be written: ${message}\n`);
        process.exit(1);
      });
    }
  }

  readonly #secrets: Set<() => Iterable<string>> = new Set();

  /** From now on these are masked in everything printed; asked for anew each time, as secrets come to light one by one. */
  hide(secrets: () => Iterable<string>): void {
    this.#secrets.add(secrets);
  }

  result(text: string): void {
    process.stdout.write(this.masked(text));
  }

  /** JSON is masked as a text; YAML as it is drawn. */
  data(format: DataFormat, draw: (hide: (text: string) => string) => string): void {
    const text = draw(format === 'yaml' ? this.masking() : (value) => value);
    if (format === 'yaml') process.stdout.write(text);
    else this.result(text);
  }

  /** Pieces in which nothing is left to hide. Who reads slowly holds us up: what waits would be in memory. */
  async resultInPieces(pieces: Iterable<string>): Promise<void> {
    for (const piece of pieces) {
      if (process.stdout.write(piece) || process.stdout.destroyed) continue;
      await new Promise<void>((resolve) => {
        // A pipe that was closed never drains.
        for (const event of ['drain', 'close', 'error']) process.stdout.once(event, () => resolve());
      });
    }
  }

  note(text: string): void {
    process.stderr.write(this.masked(text));
  }

  /** A text as it may be shown, wherever it is written to. */
  masked(text: string): string {
    return hideSecrets(text, this.#known());
  }

  /** The same for many texts of whole lines. */
  maskingText(): (text: string) => string {
    return textHider(this.#known());
  }

  /** The same for single values, before a format escapes, cuts or folds them. */
  masking(): (value: string) => string {
    return valueHider(this.#known());
  }

  /** Whether there is anything to mask. */
  get hides(): boolean {
    return this.#known().length > 0;
  }

  #known(): string[] {
    return [...this.#secrets].flatMap((some) => [...some()]);
  }

  #draw: ((list: readonly Diagnostic[]) => string) | undefined;

  /** Mistakes that end the command are a result too, for a format that has a place for them. */
  drawMistakes(draw: (list: readonly Diagnostic[]) => string): void {
    this.#draw = draw;
  }

  /** Before the command ends with them. */
  mistakes(list: readonly Diagnostic[]): void {
    if (this.#draw) process.stdout.write(this.#draw(hideInside(list, this.masking())));
  }

  diagnostics(list: readonly Diagnostic[]): void {
    this.note(renderDiagnostics(sortDiagnostics(list), this.err));
  }
}

/** The author's mistake, already shown: the command ends with this code and says nothing more. */
export class Stop extends Error {
  constructor(readonly code: 0 | 1 | 130) {
    super(`exit ${code}`);
  }
}

/** Shows what loading found; with an error among it the command ends here, with 1. */
export function settle<T extends { readonly diagnostics: readonly Diagnostic[] }>(
  output: Output,
  loaded: T,
): T {
  if (loaded.diagnostics.length > 0) output.diagnostics(loaded.diagnostics);
  if (loaded.diagnostics.some((one) => one.severity === 'error')) {
    output.mistakes(loaded.diagnostics);
    throw new Stop(1);
  }
  return loaded;
}

/** Shows one mistake of the command line or the environment and ends the command with 1. */
export function refuse(output: Output, summary: string, hint?: string): never {
  output.diagnostics([{ severity: 'error', summary, ...(hint === undefined ? {} : { hint }) }]);
  throw new Stop(1);
}
