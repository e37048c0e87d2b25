/**
 * Programs of a host that do not do what they are run for, or not yet: put before the host's own in the PATH of its logins.
 * Judges nothing.
 */
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
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
    const real = findProgram('ip') ?? 'ip';
    const there = join(this.#folder, 'there');
    const go = join(this.#folder, 'go');
    const script = `#!/bin/sh
case "$*" in
*"-batch ./steps") ;;
*) exec ${real} "$@" ;;
esac
options=\${*%./steps}
head -n ${count} ./steps >./first; tail -n +${count + 1} ./steps >./rest
${real} -batch ./first || exit
: >${there}
until [ -f ${go} ]; do sleep 0.02; done
exec ${real} $options ./rest
`;
    writeFileSync(join(this.#folder, 'ip'), script);
    chmodSync(join(this.#folder, 'ip'), 0o755);
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
    const real = findProgram('ip') ?? 'ip';
    const wrapper = `#!/bin/sh\ncase "$*" in *"-batch ./steps") ${script} ;; esac\nexec ${real} "$@"\n`;
    writeFileSync(join(this.#folder, 'ip'), wrapper, { mode: 0o755 });
  }

  /** The first time that a program is run with `words` among its own it waits, before its work or after it. */
  stopBefore(program: string, words: string): Stopped {
    return this.#stop(program, words, 'wait', ':');
  }
  stopAfter(program: string, words: string): Stopped {
    return this.#stop(program, words, ':', 'wait');
  }

  #stop(program: string, words: string, before: string, after: string): Stopped {
    const real = findProgram(program) ?? program;
    const mine = join(this.#folder, program);
    const [there, go] = [`${mine}-there`, `${mine}-go`];
    const script = `#!/bin/sh
wait() { : >${there}; until [ -f ${go} ]; do sleep 0.02; done; }
case "$*" in *"${words}"*) ;; *) exec ${real} "$@" ;; esac
/bin/rm -f ${mine}
${before}
${real} "$@"; code=$?
${after}
exit $code
`;
    writeFileSync(mine, script, { mode: 0o755 });
    return {
      reached: () => until(() => existsSync(there), `${program} to be run`),
      open: () => writeFileSync(go, ''),
    };
  }

  /** From now on `ip` is itself again. */
  ungate(): void {
    rmSync(join(this.#folder, 'ip'), { force: true });
  }
}
