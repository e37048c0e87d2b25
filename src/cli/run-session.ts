/** What every command that reaches hosts shares: options for the run, who is told of it, Ctrl-C. */
import { availableParallelism, hostname } from 'node:os';
import { builtProgram } from '../files/built-program.ts';
import { openFilesLimit } from '../files/open-files.ts';
import { ownAccount } from '../files/own-account.ts';
import { boundsOf, threadsFor } from '../fleet/bounds.ts';
import type { RunOptions } from '../fleet/run.ts';
import type { RunEvent } from '../fleet/run-event.ts';
import { HostThreads, type HostThreadsOptions } from '../fleet/threads/host-threads.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import type { Report } from '../model/report.ts';
import { Transport } from '../remote/connect.ts';
import { Announcer } from './announcer.ts';
import { askSecret } from './ask-secret.ts';
import { EventLog } from './event-log.ts';
import { watchInterrupts } from './interrupt.ts';
import type { ConnectionOptions, TransactionFlags } from './options.ts';
import { type Output, Stop } from './output.ts';

export interface RunSession {
  readonly run: RunOptions;
  readonly interrupted: boolean;
  /** A new phase of the same run: the count starts again. */
  phase(name: string, total: number): void;
  /** Keeps the terminal for a question, and what is printed with it. */
  during<T>(question: () => Promise<T>): Promise<T>;
  /** As the first Ctrl-C does, for one that came as a key. */
  interrupt(): void;
  /** `report`: what it came to; without one the run has ended in the middle. */
  end(report?: Report): void;
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
  const ask = async (file: string) => {
    if (interrupt.interrupted) return undefined;
    try {
      return await announcer.during(() => askSecret(`Passphrase for the key ${file}:`));
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      interrupt.interrupt();
      return undefined;
    }
  };
  const transport = new Transport(ask);
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
  const tellAll = (event: RunEvent) => {
    announcer.tell(event);
    events?.tell(event);
    tell?.(event);
  };
  const data = {
    keep: bounds.keep,
    retries: options.retries,
    commandTimeoutMs: milliseconds(options.commandTimeout),
    hostTimeoutMs: milliseconds(options.hostTimeout),
    allowDisruption: options.allowDisruption === true,
    allowLockout: options.allowLockout === true,
    ...(options.maxDelete === undefined ? {} : { maxDelete: options.maxDelete }),
    confirmTimeoutS: options.confirm === false ? 0 : (options.confirmTimeout ?? 30),
    lockTimeoutS: options.lockTimeout ?? 35,
    controller: controllerName(),
  };
  const threads =
    command === 'facts'
      ? undefined
      : shareOut(options.threads ?? threadsFor(targets.length, availableParallelism()), {
          work: data,
          stop: interrupt.stop,
          tell: tellAll,
          ask,
        });
  return {
    run: {
      ...bounds,
      ...data,
      connect: (settings, how) => transport.connect(settings, how),
      stop: interrupt.stop,
      tell: tellAll,
      work: threads,
    },
    get interrupted() {
      return interrupt.interrupted;
    },
    phase(phase, hosts) {
      announcer.phase(phase, hosts);
      events?.phase(phase, hosts);
    },
    during: (question) => announcer.during(question),
    interrupt: () => interrupt.interrupt(),
    end(report) {
      threads?.close();
      transport.close();
      announcer.end();
      interrupt.release();
      if (report) events?.finished(report);
      events?.close();
    },
  };
}

function shareOut(
  count: number,
  options: Omit<HostThreadsOptions, 'count' | 'program'>,
): HostThreads | undefined {
  const program = count === 0 ? undefined : builtProgram('host-thread.js');
  return program === undefined ? undefined : new HostThreads({ ...options, count, program });
}

/** `user@host` of this run. */
export function controllerName(): string {
  return `${ownAccount().name}@${hostname()}`;
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
