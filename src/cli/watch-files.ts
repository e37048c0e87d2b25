/** What a watch is about, loaded once and whenever its files change; a broken version changes nothing. */
import { type NotedReads, notingReads, untilChanged } from '../files/noted-reads.ts';
import { openFilesLimit } from '../files/open-files.ts';
import { roomForWatched } from '../fleet/bounds.ts';
import type { Target } from '../fleet/target.ts';
import { type ConnectionDefaults, type InventorySelection, load, targetsOf } from '../load/load.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Output } from './output.ts';
import { connectionDefaults, passwordsIn, selectionOf } from './passwords.ts';
import type { WatchCommandOptions } from './watch-options.ts';

/** Milliseconds between two looks at the files. */
const LOOK_MS = 1_000;

export interface LoadedTargets {
  /** Undefined where there is an error among the diagnostics. */
  readonly targets: readonly Target[] | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export class WatchFiles {
  readonly #playbooks: readonly string[];
  readonly #selection: InventorySelection;
  readonly #defaults: ConnectionDefaults;
  #secrets: ReadonlySet<string> = new Set();
  #reads: NotedReads = new Map();

  /** Asks for the passwords that the options want asked for, once. */
  static async open(
    output: Output,
    playbooks: readonly string[],
    options: WatchCommandOptions,
  ): Promise<WatchFiles> {
    const selection = await selectionOf(output, options);
    const files = new WatchFiles(playbooks, selection, await connectionDefaults(output, options));
    output.hide(() => files.#secrets);
    return files;
  }

  private constructor(
    playbooks: readonly string[],
    selection: InventorySelection,
    defaults: ConnectionDefaults,
  ) {
    this.#playbooks = playbooks;
    this.#selection = selection;
    this.#defaults = defaults;
  }

  async load(): Promise<LoadedTargets> {
    const { result, reads } = await notingReads(async () => {
      const loaded = await load(this.#playbooks, this.#selection);
      if (hasError(loaded.diagnostics)) return { targets: undefined, diagnostics: loaded.diagnostics };
      const { targets, diagnostics } = await targetsOf(loaded, this.#defaults);
      const all = [...loaded.diagnostics, ...diagnostics, ...tooMany(targets)];
      return { targets: hasError(all) ? undefined : targets, diagnostics: all };
    });
    // A broken version may have been left in the middle: what the last whole one was made of counts too.
    this.#reads = result.targets ? reads : new Map([...this.#reads, ...reads]);
    // Those of connections that still stand are masked too.
    const found = passwordsIn((result.targets ?? []).map(({ settings }) => settings));
    this.#secrets = new Set([...this.#secrets, ...found]);
    return result;
  }

  /** Resolves when a file that the last `load` looked at has changed, or with the signal. */
  changed(signal: AbortSignal): Promise<void> {
    return untilChanged(this.#reads, { everyMs: LOOK_MS, signal });
  }
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

function tooMany(targets: readonly Target[]): Diagnostic[] {
  const files = openFilesLimit();
  const room = roomForWatched(
    targets.map(({ settings }) => settings),
    files,
  );
  if (targets.length <= room) return [];
  return [
    {
      severity: 'error',
      summary: `${targets.length} hosts are more than can be watched at once: each keeps a connection open, and this process may have ${files} files open`,
      hint: 'raise the limit (ulimit -n), or watch fewer hosts with --limit',
    },
  ];
}
