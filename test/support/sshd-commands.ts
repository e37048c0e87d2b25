/** The commands a test fleet is made with: each runs to its end, and what fails says what it was and why. */
import { chmodSync } from 'node:fs';
import { type CliResult, runProcess } from './cli.ts';

/** Until the kernel has seen every carrier of a namespace: before that its queues throw packets away. */
export async function untilUp(netns: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const { stdout } = await runProcess(['ip', '-n', netns, '-br', 'link', 'show']);
    const waiting = stdout.split('\n').filter((line) => line !== '' && !/^(lo|\S+ +UP) /.test(line));
    if (waiting.length === 0) return;
    if (Date.now() > deadline) throw new Error(`links of ${netns} do not come up: ${waiting.join('; ')}`);
  }
}

export async function batch(options: readonly string[], lines: readonly string[]): Promise<void> {
  const stdin = `${lines.join('\n')}\n`;
  must(await runProcess(['ip', ...options, '-batch', '-'], { stdin }), 'ip -batch');
}

export async function makeKey(file: string, type = 'ed25519'): Promise<void> {
  must(await runProcess(['ssh-keygen', '-q', '-t', type, '-N', '', '-C', '', '-f', file]), 'ssh-keygen');
  chmodSync(file, 0o600);
}

export function must({ code, stdout, stderr }: CliResult, what: string): string {
  if (code !== 0) throw new Error(`${what} failed (${code}): ${stderr.trim()}`);
  return stdout;
}
