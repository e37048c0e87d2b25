#!/usr/bin/env node
/** argv in, exit code out: the only file that ends the process. */
import { runCommandLine } from './cli/program.ts';

try {
  process.exitCode = await runCommandLine(process.argv.slice(2));
} catch (error) {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`tapfleet: a fault in tapfleet itself, please report it:\n${text}\n`);
  process.exitCode = 1;
}
