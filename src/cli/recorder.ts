/**
 * Writes a run down while it goes on: a line when it starts to change hosts, a line for each host that is finished, a line
 * at the end. A run that is killed has said what it did until then.
 */
import { newRunName, RecordFile } from '../files/run-records.ts';
import type { RunEvent } from '../fleet/run-event.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { Report } from '../model/report.ts';
import { RECORD_VERSION, type RecordStart } from '../model/run-record.ts';
import { recordHost } from '../record/host-line.ts';
import { version } from '../version.ts';
import { RECORD_FOLDER } from './options.ts';
import { type Output, refuse } from './output.ts';

export type RunFacts = Pick<
  RecordStart,
  'command' | 'controller' | 'playbooks' | 'inventory' | 'rollouts' | 'undoes' | 'hosts'
>;

export class Recorder {
  readonly #output: Output;
  readonly #file: RecordFile | undefined;
  readonly #written = new Set<string>();
  #changing = false;

  /**
   * `folder` false: nothing is written down. One that was named and cannot be written ends the command with 1, before a host
   * is touched; without the usual one the run goes on, and says what it cannot do.
   */
  constructor(output: Output, folder: string | false | undefined, facts: RunFacts) {
    this.#output = output;
    if (folder === false) return;
    const now = new Date();
    const run = newRunName(now);
    try {
      this.#file = new RecordFile(folder ?? RECORD_FOLDER, run);
      const start = {
        record: 'start',
        format_version: RECORD_VERSION,
        run,
        started: now.toISOString(),
      } as const;
      this.#file.append({ ...start, tapfleet: version, ...facts }, this.#mask);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const summary = `the run cannot be written down in ${folder ?? RECORD_FOLDER}: ${code ?? message}`;
      if (folder === undefined) {
        const hint = 'it cannot be undone as a whole: name a folder with --record';
        output.diagnostics([{ severity: 'warning', summary, hint }]);
        return;
      }
      refuse(output, summary, 'name another folder with --record, or do without undo with --no-record');
    }
  }

  /** From now on what is finished is changed, not only planned. */
  changing(): void {
    this.#changing = true;
  }

  tell(event: RunEvent): void {
    if (this.#changing && event.event === 'host-finished') this.#write(event.outcome);
  }

  /** Writes the hosts that nothing was to be done on, and the end. */
  finish(outcomes: readonly HostOutcome[], summary: Report['summary'], interrupted: boolean): void {
    if (!this.#file) return;
    for (const outcome of outcomes) if (!this.#written.has(outcome.host)) this.#write(outcome);
    this.#file.append({ record: 'end', ended: new Date().toISOString(), interrupted, summary }, this.#mask);
  }

  /** Where it is; undefined where nothing is written down. */
  get path(): string | undefined {
    return this.#file?.path;
  }

  close(): void {
    this.#file?.close();
  }

  #write(outcome: HostOutcome): void {
    if (!this.#file) return;
    this.#written.add(outcome.host);
    this.#file.append(recordHost(outcome, new Date().toISOString()), this.#mask);
  }

  readonly #mask = (text: string): string => this.#output.masked(text);
}
