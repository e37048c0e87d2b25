/**
 * A transaction on a host without a kernel: reads the program that tapfleet sends (src/host/transaction-program.ts) as
 * data, and does with a SimulatedKernel what a shell would do with it. No timer: a simulated host has no connection to
 * lose, so what is not confirmed in its time is taken back when the next transaction begins.
 */

import { cksum } from '../planning/cksum.ts';
import type { SimulatedKernel } from '../simulation/kernel.ts';
import { type PendingTransaction, termsOf } from './simulated-lock.ts';

export interface SimulatedTransaction {
  readonly kernel: SimulatedKernel;
  readonly pending: PendingTransaction | undefined;
  /** Sections to answer, by name, before the host is read again; a host that is `stale` or has `moved` is not read. */
  readonly sections: readonly (readonly [name: string, body: string])[];
}

/** `kept`: what the session had read that the program is said to. */
export function runTransaction(
  kernel: SimulatedKernel,
  program: string,
  nonce: string,
  kept: ReturnType<typeof prints> = [],
): SimulatedTransaction {
  const untouched = (...section: readonly [string, string]) =>
    ({ kernel, pending: undefined, sections: [section] }) as const;
  const now = prints(kernel);
  const sum = /^SUM='([^']*)'$/m.exec(program)?.[1];
  if (sum === undefined) {
    if (JSON.stringify(now) !== JSON.stringify(kept)) return untouched('moved', '');
  } else {
    const names = new Set(fileOf(program, 'names'));
    const lines = `${now.flatMap(([name, line]) => (names.has(name) ? [line] : [])).join('\n')}\n`;
    if (cksum(lines) !== sum) return untouched('stale', lines);
  }
  const original = kernel.clone();
  const { rc, stdout, stderr } = kernel.batch(`${fileOf(program, 'steps').join('\n')}\n`);
  const said = [['batch', stdout + stderr] as const, ['code', `${rc}\n`] as const];
  if (rc !== 0) return { kernel: original, pending: undefined, sections: [...said, ['undone', '']] };
  const { confirmS, who } = termsOf(program);
  const sinceMs = Date.now();
  const pending = { nonce, before: original, who, sinceMs, dueMs: sinceMs + confirmS * 1000 };
  return { kernel, pending: confirmS > 0 ? pending : undefined, sections: said };
}

/** Section `prints`: a line a link by name, as its JSON without what changes by itself. */
export function prints(kernel: SimulatedKernel): [name: string, line: string][] {
  return kernel.links().map((link) => {
    const {
      ifindex,
      ifname,
      qdisc: _q,
      operstate: _o,
      promiscuity: _p,
      allmulti: _a,
      flags,
      ...rest
    } = link as Record<string, unknown>;
    const steady = (flags as string[]).filter((flag) => !/^(NO-CARRIER|LOWER_UP|M-DOWN)$/.test(flag));
    return [
      String(ifname),
      `${String(ifindex)}: ${String(ifname)}: ${JSON.stringify({ flags: steady, ...rest })}`,
    ];
  });
}

/** The lines of one of the files that the program writes: `put NAME 'LINES' 'LINES'`. */
function fileOf(program: string, name: string): string[] {
  const words = new RegExp(`^put ${name}((?: (?:'[^']*'(?:\\\\')?)+)*)$`, 'm').exec(program)?.[1] ?? '';
  const texts = [...words.matchAll(/ ((?:'[^']*'(?:\\')?)+)/g)].map(([, word = '']) => unquoted(word));
  return texts.flatMap((text) => text.split('\n')).filter(Boolean);
}

function unquoted(word: string): string {
  return word.slice(1, -1).replaceAll("'\\''", "'");
}
