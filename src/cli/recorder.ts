/**
 * Writes a run down while it goes on: a line when it starts, one for each host before it is changed and one when it is
 * finished, one at the end. A run that is killed has said what it did, and what it may have done.
 */
import type { LineFile } from '../files/line-file.ts';
import { createRecord, newRunName } from '../files/run-records.ts';
import type { RunEvent } from '../fleet/run-event.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { Report } from '../model/report.ts';
import { RECORD_VERSION, type RecordLine, type RecordStart } from '../model/run-record.ts';
import { hideInLine } from '../record/hide-secrets.ts';
import { recordHost } from '../record/host-line.ts';
import { version } from '../version.ts';
import { RECORD_FOLDER } from './options.ts';
import { type Output, refuse } from './output.ts';
import { SideFile } from './side-file.ts';

export type RunFacts = Pick<
  RecordStart,
  'command' | 'controller' | 'playbooks' | 'inventory' | 'rollouts' | 'undoes' | 'hosts'
>;

/** Shows what cannot be written down any more, in the middle of a run. */
export type Warn = (warning: Diagnostic) => void;

export class Recorder {
  readonly #output: Output;
  readonly #made: { readonly file: LineFile; readonly lines: SideFile } | undefined;
  readonly #written = new Set<string>();
  #isEmpty = true;

  /**
   * From now on what is finished is changed, not only planned. `folder` false: nothing is written down. One that was named
   * and cannot be written ends the command with 1, before a host is touched; without the usual one the run goes on, and says
   * what it cannot do.
   */
  constructor(output: Output, folder: string | false | undefined, facts: RunFacts, warn: Warn) {
    this.#output = output;
    if (folder === false) return;
    const now = new Date();
    const run = newRunName(now);
    const start = {
      record: 'start',
      format_version: RECORD_VERSION,
      run,
      started: now.toISOString(),
      tapfleet: version,
      ...facts,
    } as const;
    let file: LineFile | undefined;
    try {
      file = createRecord(folder ?? RECORD_FOLDER, run);
      file.append(this.#text(start));
    } catch (error) {
      if (file) discard(file);
      const { code, message } = error as NodeJS.ErrnoException;
      const summary = `the run cannot be written down in ${folder ?? RECORD_FOLDER}: ${code ?? message}`;
      if (folder === undefined) {
        const hint = 'it cannot be undone as a whole: name a folder with --record';
        warn({ severity: 'warning', summary, hint });
        return;
      }
      refuse(output, summary, 'name another folder with --record, or do without undo with --no-record');
    }
    const { path } = file;
    const lines = new SideFile(file, (why) =>
      warn({
        severity: 'warning',
        summary: `the run is not written down any further in ${path}: ${why}`,
        hint: 'it goes on; neither "undo" nor "--rerun failed" knows of what is done from now on',
      }),
    );
    this.#made = { file, lines };
  }

  tell(event: RunEvent): void {
    if (event.event === 'host-changing') {
      const { host, become, before } = event;
      this.#write({ record: 'changing', at: new Date().toISOString(), host, become, before });
    }
    if (event.event === 'host-finished') this.#writeHost(event.outcome);
  }

  /** Writes the hosts that nothing was to be done on, and the end. */
  finish(outcomes: readonly HostOutcome[], summary: Report['summary'], interrupted: boolean): void {
    for (const outcome of outcomes) if (!this.#written.has(outcome.host)) this.#writeHost(outcome);
    this.#write({ record: 'end', ended: new Date().toISOString(), interrupted, summary });
  }

  /** Where it is; undefined where nothing is written down, or not all. */
  get path(): string | undefined {
    return this.#made?.lines.whole ? this.#made.file.path : undefined;
  }

  /** A record of nothing is taken away: it would be the last run. */
  close(): void {
    if (!this.#made) return;
    if (this.#isEmpty) discard(this.#made.file);
    else this.#made.lines.close();
  }

  #writeHost(outcome: HostOutcome): void {
    if (!this.#made) return;
    this.#written.add(outcome.host);
    this.#write(recordHost(outcome, new Date().toISOString()));
  }

  #write(line: RecordLine): void {
    this.#isEmpty = false;
    this.#made?.lines.append(this.#text(line));
  }

  #text(line: RecordLine): string {
    return JSON.stringify(hideInLine(line, this.#output.masking()));
  }
}

/** Whoever lists the runs passes over what stays. */
function discard(file: LineFile): void {
  try {
    file.close();
    file.remove();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
