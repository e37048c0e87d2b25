/** argv in, exit code out: where the process ends. */
import { runCommandLine } from './program.ts';

export { runCommandLine };

/** Does not come back. */
export async function main(): Promise<void> {
  try {
    await exit(await runCommandLine(process.argv.slice(2)));
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`tapfleet: a fault in tapfleet itself, please report it:\n${text}\n`);
    await exit(1);
  }
}

/** Ends at once, when what was written is out: a connection or a timer that somebody forgot keeps no pipeline waiting. */
async function exit(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
  process.exit(code);
}
