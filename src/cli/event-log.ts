/** `--events FILE`: what happens in a run, as it happens, a JSON object a line, for machines that listen. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { STDOUT_IS_NO_FILE } from '../files/replace-file.ts';
import type { RunEvent } from '../fleet/run-event.ts';
import type { Report } from '../model/report.ts';
import { reportHost } from '../report/build.ts';
import { type Output, refuse } from './output.ts';

/** A field more in a later version is no break; a field less is. */
const VERSION = '1.0';

export class EventLog {
  readonly #output: Output;
  readonly #descriptor: number;

  /** Appends, so that one file can hold several runs. A file that cannot be written ends the command with 1. */
  constructor(output: Output, file: string) {
    this.#output = output;
    if (file === '-') refuse(output, `--events ${file} cannot be written: ${STDOUT_IS_NO_FILE}`);
    try {
      this.#descriptor = openSync(file, 'a', 0o600);
    } catch (error) {
      refuse(output, `--events ${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
    }
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
          error: { kind: problem.kind, message: problem.message },
        });
        return;
      }
      case 'host-finished': {
        const { host, status, changes, error } = reportHost(event.outcome);
        const counts = { changes: changes.length, ...(error ? { error } : {}) };
        this.#write({ event: event.event, host, status, ...counts });
      }
    }
  }

  finished({ outcome, summary }: Pick<Report, 'outcome' | 'summary'>): void {
    this.#write({ event: 'run-finished', outcome, summary });
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write(event: object): void {
    const line = JSON.stringify({ time: new Date().toISOString(), ...event });
    writeSync(this.#descriptor, `${this.#output.masked(line)}\n`);
  }
}
