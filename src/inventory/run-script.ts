/** An executable inventory: runs it with `--list`, and with `--host` for each host where the list holds no variables. */
import { badByteText } from '../files/bad-byte.ts';
import { runProgram } from '../files/run-program.ts';
import type { Diagnostics } from '../model/diagnostic.ts';
import type { Draft } from './draft.ts';
import { ScriptOutput } from './parse-script-output.ts';

/** Scripts of this kind are old and slow; more at once would crowd the machine. */
const PARALLEL_HOSTS = 8;

/** Adds what the script says to the draft; a script that fails is one diagnostic with its stderr. */
export async function runInventoryScript(
  path: string,
  draft: Draft,
  diagnostics: Diagnostics,
): Promise<void> {
  const output = new ScriptOutput(path, draft, diagnostics);
  const fail = (args: string, problem: string) =>
    diagnostics.error(`the inventory script ${path} ${args} ${problem}`, {
      hint: 'run it by hand to see; an inventory file that is not to be run must not be executable',
      where: { file: path, line: 1, column: 1 },
    });
  const run = async (...args: string[]) => {
    const output = await runProgram(path, args);
    if ('problem' in output || !output.misread) return output;
    return { problem: `printed what ${badByteText(output.misread)}` };
  };
  const listed = await run('--list');
  if ('problem' in listed) {
    fail('--list', listed.problem);
    return;
  }
  const { names, complete } = output.list(listed.stdout);
  if (complete) return;
  for (let from = 0; from < names.length; from += PARALLEL_HOSTS) {
    const some = names.slice(from, from + PARALLEL_HOSTS);
    const answers = await Promise.all(some.map((name) => run('--host', name)));
    for (const [index, answer] of answers.entries()) {
      const name = some[index] ?? '';
      if (!('problem' in answer)) output.host(name, answer.stdout);
      else fail(`--host ${name}`, answer.problem);
    }
    // What fails for one host fails for the next thousand.
    if (answers.some((answer) => 'problem' in answer)) return;
  }
}
