/** What every command that reaches hosts shares: options for the run, who is told of it, Ctrl-C. */
import { hostname } from 'node:os';
import { openFilesLimit } from '../files/open-files.ts';
import { ownAccount } from '../files/own-account.ts';
import { boundsOf } from '../fleet/bounds.ts';
import type { RunOptions } from '../fleet/run.ts';
import type { RunEvent } from '../fleet/run-event.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import type { HostOutcome } from '../model/outcome.ts';
import { Transport } from '../remote/connect.ts';
import { buildReport } from '../report/build.ts';
import { Announcer } from './announcer.ts';
import { askSecret } from './ask-secret.ts';
import { EventLog } from './event-log.ts';
import { watchInterrupts } from './interrupt.ts';
import type { ConnectionOptions, TransactionFlags } from './options.ts';
import type { Output } from './output.ts';

export interface RunSession {
  readonly run: RunOptions;
  readonly interrupted: boolean;
  /** A new phase of the same run: the count starts again. */
  phase(name: string, total: number): void;
  /** Takes the live line away, before anything else is printed. */
  pause(): void;
  /** `outcomes`: what it came to; without them the run has ended in the middle. */
  end(outcomes?: readonly HostOutcome[]): void;
}

export interface Phase {
  readonly command: 'plan' | 'apply' | 'drift' | 'facts';
  /** `reading` or `applying`. */
  readonly name: string;
  readonly targets: readonly { readonly settings: ConnectionSettings }[];
  /** Told of everything, beside the person at the terminal. */
  readonly tell?: (event: RunEvent) => void;
}

export function startRun(
  output: Output,
  options: ConnectionOptions & TransactionFlags,
  { command, name, targets, tell }: Phase,
): RunSession {
  const events = options.events === undefined ? undefined : new EventLog(output, options.events);
  events?.started(command, targets.length);
  const announcer = new Announcer(output, name, targets.length);
  const interrupt = watchInterrupts((text) => {
    announcer.clear();
    output.note(text);
  });
  const transport = new Transport((file) =>
    announcer.during(() => askSecret(`Passphrase for the key ${file}:`)),
  );
  const bounds = boundsOf(
    options.forks,
    targets.map(({ settings }) => settings),
    openFilesLimit(),
  );
  if (bounds.forks < Math.min(options.forks, targets.length)) {
    output.note(
      `note: ${bounds.forks} hosts at once, not ${options.forks}: more would take more files than may be open (ulimit -n), or too much memory\n`,
    );
  }
  return {
    run: {
      ...bounds,
      connect: (settings, how) => transport.connect(settings, how),
      retries: options.retries,
      commandTimeoutMs: milliseconds(options.commandTimeout),
      hostTimeoutMs: milliseconds(options.hostTimeout),
      stop: interrupt.stop,
      allowDisruption: options.allowDisruption === true,
      allowLockout: options.allowLockout === true,
      ...(options.maxDelete === undefined ? {} : { maxDelete: options.maxDelete }),
      confirmTimeoutS: options.confirm === false ? 0 : (options.confirmTimeout ?? 30),
      lockTimeoutS: options.lockTimeout ?? 35,
      controller: controllerName(),
      tell: (event) => {
        announcer.tell(event);
        events?.tell(event);
        tell?.(event);
      },
    },
    get interrupted() {
      return interrupt.interrupted;
    },
    phase(phase, hosts) {
      announcer.phase(phase, hosts);
      events?.phase(phase, hosts);
    },
    pause: () => announcer.clear(),
    end(outcomes) {
      transport.close();
      announcer.end();
      interrupt.release();
      if (outcomes) events?.finished(buildReport('plan', outcomes));
      events?.close();
    },
  };
}

/** `user@host` of this run. */
export function controllerName(): string {
  return `${ownAccount().name}@${hostname()}`;
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
