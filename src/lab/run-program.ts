/** Runs one program to its end with given input, argv only, and says what it said when it fails. Knows no lab. */
import { spawn } from 'node:child_process';

export interface RunResult {
  /** Undefined where the program could not be started, or a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** `ip` lives in sbin, which an ordinary user's PATH need not hold. */
export const SYSTEM_PATH = `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;

/** Never rejects: a program that is missing has no code, and the reason in `stderr`. */
export async function runProgram(argv: readonly string[], input = ''): Promise<RunResult> {
  const [file = '', ...rest] = argv;
  return new Promise((resolve) => {
    const child = spawn(file, rest, {
      stdio: 'pipe',
      env: { ...process.env, PATH: SYSTEM_PATH, LC_ALL: 'C' },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => out.push(piece));
    child.stderr.on('data', (piece: Buffer) => err.push(piece));
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => resolve({ code: undefined, stdout: '', stderr: error.message }));
    child.once('close', (code) =>
      resolve({
        code: code ?? undefined,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
      }),
    );
    child.stdin.end(input);
  });
}

/** As `runProgram`, for what must succeed: throws an Error with the program's own words. */
export async function mustRun(argv: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await runProgram(argv, input);
  if (code === 0) return stdout;
  const said = stderr.trim().split('\n').slice(-3).join(' · ') || 'nothing';
  throw new Error(`"${argv.slice(0, 6).join(' ')}" ended with ${code ?? 'no code'}, saying: ${said}`);
}
