/** `--events FILE`: what happens in a run, as it happens, a JSON object a line, for machines that listen. */
import { LineFile } from '../files/line-file.ts';
import { STDOUT_IS_NO_FILE } from '../files/replace-file.ts';
import type { RunEvent } from '../fleet/run-event.ts';
import type { Report } from '../model/report.ts';
import { hideInRow } from '../render/hide-report-secrets.ts';
import { reportHost } from '../report/build.ts';
import { type Output, refuse } from './output.ts';
import type { Warn } from './recorder.ts';
import { SideFile } from './side-file.ts';

/** A field more in a later version is no break; a field less is. */
const VERSION = '1.0';

export class EventLog {
  readonly #output: Output;
  readonly #lines: SideFile;

  /** Appends, so that one file can hold several runs. A file that cannot be written ends the command with 1. */
  constructor(output: Output, file: string, warn: Warn) {
    this.#output = output;
    if (file === '-') refuse(output, `--events ${file} cannot be written: ${STDOUT_IS_NO_FILE}`);
    let made: LineFile;
    try {
      made = new LineFile(file, 'add');
    } catch (error) {
      refuse(output, `--events ${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
    }
    this.#lines = new SideFile(made, (why) =>
      warn({
        severity: 'warning',
        summary: `--events ${file} is not written any further: ${why}`,
        hint: 'the run goes on; what happens from now on is not in it',
      }),
    );
  }

  started(command: string, hosts: number): void {
    this.#write({ event: 'run-started', format_version: VERSION, command, hosts });
  }

  phase(phase: string, hosts: number): void {
    this.#write({ event: 'phase', phase, hosts });
  }

  tell(event: RunEvent): void {
    switch (event.event) {
      case 'host-started':
        this.#write({ event: event.event, host: event.host });
        return;
      case 'host-retried': {
        const { host, attempt, problem } = event;
        this.#write({
          event: event.event,
          host,
          attempt,
          error: { kind: problem.kind, message: this.#hidden(problem.message) },
        });
        return;
      }
      case 'host-finished': {
        const { host, status, changes, error } = reportHost(event.outcome);
        const hidden = error ? hideInRow({ error }, this.#output.masking()) : {};
        this.#write({ event: event.event, host, status, changes: changes.length, ...hidden });
        return;
      }
      case 'host-skipped':
        this.#write({ event: event.event, host: event.host, reason: event.reason });
    }
  }

  finished({ outcome, summary }: Pick<Report, 'outcome' | 'summary'>): void {
    this.#write({ event: 'run-finished', outcome, summary });
  }

  close(): void {
    this.#lines.close();
  }

  #hidden(text: string): string {
    return this.#output.masking()(text);
  }

  /** Of words of ours, names and numbers: a text that may hold a secret is hidden before it gets here. */
  #write(event: object): void {
    this.#lines.append(JSON.stringify({ time: new Date().toISOString(), ...event }));
  }
}
