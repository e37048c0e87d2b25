/** What does a person at a terminal see, and what is made of what they type? The built program on a terminal of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROGRAM } from './cli.ts';

export interface Typing {
  /** The end of a question, and the line that answers it; in this order. */
  readonly answers: readonly (readonly [question: string, line: string])[];
  /** Network namespace to run in; undefined is that of the tests. */
  readonly netns?: string;
  readonly home: string;
  /** Before each answer, as a person needs it: what is drawn meanwhile is seen. Default: none. */
  readonly thinksMs?: number;
  readonly cwd?: string;
}

/** Past this nobody asks what was expected. */
const DEADLINE_MS = 30_000;

export async function atTerminal(
  args: readonly string[],
  { answers, netns, home, cwd, thinksMs = 0 }: Typing,
): Promise<{ readonly code: number; readonly seen: string }> {
  const command = [process.execPath, PROGRAM, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const inside = netns === undefined ? [] : ['ip', 'netns', 'exec', netns];
  const [program = '', ...words] = [...inside, 'script', '-qfec', command.join(' '), '/dev/null'];
  const child = spawn(program, words, {
    cwd,
    env: { PATH: process.env.PATH, HOME: home, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  const left = [...answers];
  let seen = '';
  let from = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
    const [question, line] = left[0] ?? [];
    if (question === undefined || !seen.slice(from).includes(question)) return;
    from = seen.length;
    left.shift();
    setTimeout(() => child.stdin.write(`${line}\n`), thinksMs);
  });
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  if (left.length > 0) throw new Error(`nobody asked "${left[0]?.[0]}": ${seen}`);
  return { code: code ?? -1, seen };
}
