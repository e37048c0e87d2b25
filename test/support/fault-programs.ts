/**
 * Programs of a host that do not do what they are run for, or not yet: put before the host's own in the PATH of its logins.
 * Judges nothing.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './needs.ts';
import { until } from './until.ts';

export interface Gate {
  /** False where the run ended before: on a slow machine the host's timer may be faster. */
  readonly reached: (ending: Promise<unknown>) => Promise<boolean>;
  readonly open: () => void;
}

export interface Stopped {
  readonly reached: () => Promise<void>;
  readonly open: () => void;
}

export class FaultPrograms {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * From now on `ip` runs the first `count` steps of a transaction, tells that it is there, and makes the others when it
   * is let go.
   */
  gate(count: number): Gate {
    const { real, there, go } = this.#about('ip');
    this.#put(
      'ip',
      `case "$*" in
*"-batch ./steps") ;;
*) exec ${real} "$@" ;;
esac
options=\${*%./steps}
head -n ${count} ./steps >./first; tail -n +${count + 1} ./steps >./rest
${real} -batch ./first || exit
: >${there}
until [ -f ${go} ]; do sleep 0.02; done
exec ${real} $options ./rest`,
    );
    return {
      reached: async (ending) => {
        let over = false;
        void ending.finally(() => {
          over = true;
        });
        await until(() => over || existsSync(there), 'the gate');
        return !over;
      },
      open: () => writeFileSync(go, ''),
    };
  }

  /** From now on `ip` does `script` before the steps of a transaction. */
  beforeSteps(script: string): void {
    const { real } = this.#about('ip');
    this.#put('ip', `case "$*" in *"-batch ./steps") ${script} ;; esac\nexec ${real} "$@"`);
  }

  /** The first time that a program is run with `words` among its own it waits, before its work or after it. */
  stopBefore(program: string, words: string): Stopped {
    return this.#stop(program, words, 'wait', ':');
  }
  stopAfter(program: string, words: string): Stopped {
    return this.#stop(program, words, ':', 'wait');
  }

  #stop(program: string, words: string, before: string, after: string): Stopped {
    const { real, mine, there, go } = this.#about(program);
    this.#put(
      program,
      `wait() { : >${there}; until [ -f ${go} ]; do sleep 0.02; done; }
case "$*" in *"${words}"*) ;; *) exec ${real} "$@" ;; esac
/bin/rm -f ${mine}
${before}
${real} "$@"; code=$?
${after}
exit $code`,
    );
    return {
      reached: () => until(() => existsSync(there), `${program} to be run`),
      open: () => writeFileSync(go, ''),
    };
  }

  /** From now on `ip` is itself again. */
  ungate(): void {
    rmSync(this.#about('ip').mine, { force: true });
  }

  /** Paths: the host's own program, the one before it, and the files by which that one tells and is told. */
  #about(program: string) {
    const mine = join(this.#folder, program);
    return { real: findProgram(program) ?? program, mine, there: `${mine}-there`, go: `${mine}-go` };
  }

  #put(program: string, script: string): void {
    writeFileSync(this.#about(program).mine, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
}
