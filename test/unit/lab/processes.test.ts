import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { endProcess, isRunning, processRecord } from '../../../src/lab/processes.ts';

describe('process records', () => {
  it('know a process by its start time, not by its pid alone', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
    const record = processRecord(child.pid ?? 0);
    if (!record) throw new Error('no record');
    expect(isRunning(record)).toBe(true);
    const another = { ...record, started: 'earlier' };
    expect(isRunning(another)).toBe(false);
    await endProcess(another, 100);
    expect(isRunning(record)).toBe(true);
    const exit = once(child, 'exit');
    await endProcess(record, 5000);
    expect(isRunning(record)).toBe(false);
    expect((await exit)[1]).toBe('SIGTERM');
  });

  it('end one that does not listen to SIGTERM', async () => {
    const child = spawn(process.execPath, [
      '-e',
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6); console.log("ready")',
    ]);
    await once(child.stdout, 'data');
    const exit = once(child, 'exit');
    await endProcess(processRecord(child.pid ?? 0), 20);
    expect((await exit)[1]).toBe('SIGKILL');
  });

  it('are none for a pid that nobody has', () => {
    expect(processRecord(2 ** 22 + 1)).toBeUndefined();
    expect(isRunning(undefined)).toBe(false);
  });
});
