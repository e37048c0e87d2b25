/**
 * How does the built program answer? Runs `dist/main.js` as a process of its own, where asked inside a network
 * namespace, with an environment that holds nothing of the person who runs the tests.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `TAPFLEET_BIN` names another build to test, such as that of an unpacked package. */
export const PROGRAM =
  process.env.TAPFLEET_BIN ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface CliOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Network namespace to run in; undefined is that of the tests. */
  readonly netns?: string | undefined;
  /** Past this many milliseconds the program is stuck. Default 50 s. */
  readonly deadlineMs?: number;
  readonly started?: (child: ChildProcess) => void;
}

export interface CliResult {
  /** -1 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Past this a run is stuck; it is then ended and the promise refused. */
const DEADLINE_MS = 50_000;

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const inside = options.netns === undefined ? [] : ['ip', 'netns', 'exec', options.netns];
  return runProcess([...inside, process.execPath, PROGRAM, ...args], {
    ...options,
    env: {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      LC_ALL: 'C.UTF-8',
      HOME: '/nonexistent',
      ...options.env,
    },
  });
}

/** Any program to its end, without a shell. */
export function runProcess(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const [command = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env });
    options.started?.(child);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A program that ends before it has read its input is judged by its answer.
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(`${argv.join(' ').slice(0, 200)} did not end; stderr: ${Buffer.concat(stderr).toString()}`),
      );
    }, options.deadlineMs ?? DEADLINE_MS);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}
