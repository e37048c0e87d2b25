/** What every command that reaches hosts shares: options for the run, a live line of progress, Ctrl-C. */
import { hostname, userInfo } from 'node:os';
import type { RunOptions } from '../fleet/run.ts';
import type { HostOutcome } from '../model/outcome.ts';
import { Transport } from '../remote/connect.ts';
import { LiveLine } from '../render/progress.ts';
import { statusOf } from '../report/build.ts';
import { askSecret } from './ask-secret.ts';
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
  end(): void;
}

export function startRun(
  output: Output,
  options: ConnectionOptions & TransactionFlags,
  total: number,
  phaseName: string,
): RunSession {
  const line = new LiveLine(process.stderr);
  const interrupt = watchInterrupts((text) => {
    line.clear();
    output.note(text);
  });
  let asking = false;
  const transport = new Transport(async (file) => {
    asking = true;
    line.clear();
    return askSecret(`Passphrase for the key ${file}:`).finally(() => {
      asking = false;
    });
  });
  const startedAt = performance.now();
  const fresh = { done: 0, running: 0, changed: 0, failed: 0, unreachable: 0 };
  let state = { phase: phaseName, total, ...fresh };
  const draw = () => asking || line.write({ ...state, elapsedMs: performance.now() - startedAt });
  const ticking = process.stderr.isTTY ? setInterval(draw, 250).unref() : undefined;
  return {
    run: {
      connect: (settings, signal) => transport.connect(settings, signal),
      forks: options.forks,
      stop: interrupt.stop,
      allowDisruption: options.allowDisruption === true,
      allowLockout: options.allowLockout === true,
      ...(options.maxDelete === undefined ? {} : { maxDelete: options.maxDelete }),
      confirmTimeoutS: options.confirm === false ? 0 : (options.confirmTimeout ?? 30),
      lockTimeoutS: options.lockTimeout ?? 35,
      controller: `${userInfo().username}@${hostname()}`,
      started: () => {
        state.running += 1;
        draw();
      },
      finished: (outcome) => {
        state.running -= 1;
        state.done += 1;
        count(state, outcome);
        draw();
      },
    },
    get interrupted() {
      return interrupt.interrupted;
    },
    phase(name, hosts) {
      state = { phase: name, total: hosts, ...fresh };
    },
    pause: () => line.clear(),
    end() {
      transport.close();
      clearInterval(ticking);
      line.clear();
      interrupt.release();
    },
  };
}

function count(state: { changed: number; failed: number; unreachable: number }, outcome: HostOutcome): void {
  const status = statusOf(outcome);
  if (status === 'changed') state.changed += 1;
  else if (status === 'unreachable') state.unreachable += 1;
  else if (status === 'failed' || status === 'refused') state.failed += 1;
}
