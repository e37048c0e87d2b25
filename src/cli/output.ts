/** Where a command's words go: results to stdout, everything else to stderr, nothing to a pipe that was closed. */
import { type Diagnostic, sortDiagnostics } from '../model/diagnostic.ts';
import { renderDiagnostics } from '../render/diagnostics-text.ts';
import { hideSecrets, valueHider } from '../render/hide-secrets.ts';
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
    this.resultWithout(this.masked(text));
  }

  /** JSON is masked as a text; YAML as it is drawn. */
  data(format: DataFormat, draw: (hide: (text: string) => string) => string): void {
    const text = draw(format === 'yaml' ? this.masking() : (value) => value);
    if (format === 'yaml') this.resultWithout(text);
    else this.result(text);
  }

  /** Text that was drawn from what `masking` had gone over: drawn text is not gone over again, which could break it. */
  resultWithout(text: string): void {
    process.stdout.write(text);
  }

  note(text: string): void {
    process.stderr.write(this.masked(text));
  }

  /** A text as it may be shown, wherever it is written to. */
  masked(text: string): string {
    return hideSecrets(text, this.#known());
  }

  /** The same for single values, before a format escapes, cuts or folds them. */
  masking(): (value: string) => string {
    return valueHider(this.#known());
  }

  #known(): string[] {
    return [...this.#secrets].flatMap((some) => [...some()]);
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
  if (loaded.diagnostics.some((one) => one.severity === 'error')) throw new Stop(1);
  return loaded;
}

/** Shows one mistake of the command line or the environment and ends the command with 1. */
export function refuse(output: Output, summary: string, hint?: string): never {
  output.diagnostics([{ severity: 'error', summary, ...(hint === undefined ? {} : { hint }) }]);
  throw new Stop(1);
}
