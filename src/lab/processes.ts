/**
 * Which process is meant by a pid that was written down earlier: pids are used again, so a record holds the start time
 * too, and a process is only ever ended when both fit.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export interface ProcessRecord {
  readonly pid: number;
  /** Clock ticks since boot (/proc/PID/stat, field 22); where there is no /proc, what `ps -o lstart=` prints. */
  readonly started: string;
}

const POLL_MS = 5;

/** The record of a process, or undefined where none runs under that pid (a zombie does not run). */
export function processRecord(pid: number): ProcessRecord | undefined {
  const started = process.platform === 'linux' ? startedByProc(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

export function isRunning(record: ProcessRecord | undefined): boolean {
  return record !== undefined && processRecord(record.pid)?.started === record.started;
}

/** SIGTERM, and SIGKILL after `graceMs`; resolves when the process is gone, at once if it already was. */
export async function endProcess(record: ProcessRecord | undefined, graceMs: number): Promise<void> {
  if (!record || !isRunning(record)) return;
  signal(record.pid, 'SIGTERM');
  if (await isGone(record, graceMs)) return;
  signal(record.pid, 'SIGKILL');
  await isGone(record, 10_000);
}

/** A process that is not our child tells nobody of its end but those who look again. */
async function isGone(record: ProcessRecord, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isRunning(record)) {
    if (Date.now() > deadline) return false;
    await wait(POLL_MS);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone between the look and the signal.
  }
}

function startedByProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in parentheses and may hold spaces and parentheses itself.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

function startedByPs(pid: number): string | undefined {
  try {
    const out = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      stdio: 'pipe',
      encoding: 'utf8',
    });
    const [state = '', ...started] = out.trim().split(/\s+/);
    return started.length === 0 || state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    return undefined;
  }
}
