/**
 * The one door to programs that the author named: inventory scripts and sources of passwords. Never a shell, no more
 * output than a file may have, no longer than a minute. What it prints is for its caller to judge.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { MAX_YAML_BYTES } from '../yaml/source.ts';
import { type BadByte, firstBadByte } from './bad-byte.ts';
import { endGroup } from './end-group.ts';

const TIMEOUT_MS = 60_000;
const MAX_STDERR_BYTES = 16 * 1024;

export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** `stdout` is not UTF-8, and what is not became U+FFFD. */
  readonly misread?: BadByte;
}

/** `problem`: why there is no output to use, fit to follow the program's name; holds the end of its stderr. */
export async function runProgram(
  path: string,
  args: readonly string[],
  { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Promise<ProgramOutput | { readonly problem: string }> {
  return new Promise((settle) => {
    // In a process group of its own: what it started ends with it.
    const child = spawn(resolve(path), args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const stdout: Buffer[] = [];
    let stderr = '';
    let size = 0;
    let ended: string | undefined;
    const end = (problem: string) => {
      ended ??= problem;
      endGroup(child, 'SIGKILL');
    };
    const timer = setTimeout(() => end(`did not end within ${timeoutMs / 1000} s`), timeoutMs);
    child.stdout.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > MAX_YAML_BYTES) end(`printed more than ${MAX_YAML_BYTES / 1024 / 1024} MiB`);
      else stdout.push(piece);
    });
    child.stderr.on('data', (piece: Buffer) => {
      stderr = (stderr + piece.toString()).slice(-MAX_STDERR_BYTES);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const why = error.code === 'EACCES' ? 'may not be executed (permission denied)' : error.code;
      const what = error.code === 'ENOEXEC' ? 'is no program (exec format error): begin it with #!' : why;
      settle({ problem: `cannot be run: it ${what}` });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '');
      const said = lines.length === 0 ? '' : `: ${lines.map((line) => line.trimEnd()).join(' · ')}`;
      if (ended !== undefined) settle({ problem: `${ended}${said}` });
      else if (code !== 0) settle({ problem: `failed with ${signal ?? `exit code ${code}`}${said}` });
      else {
        const bytes = Buffer.concat(stdout);
        const bad = firstBadByte(bytes);
        settle({ stdout: bytes.toString(), stderr, ...(bad ? { misread: bad } : {}) });
      }
    });
  });
}
