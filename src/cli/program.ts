/**
 * argv → the command that answers it. Each command lives in a file of its own that is loaded only when it is called:
 * `tapfleet --help` loads none of them. The one door to the package `commander`.
 */
import { Command, CommanderError, Help, Option } from 'commander';
import { version } from '../version.ts';
import {
  count,
  positive,
  RECORD_FOLDER,
  rerunOption,
  withChange,
  withConnection,
  withInventory,
  withReport,
  withRun,
} from './options.ts';
import { Output, Stop } from './output.ts';
import { withWatch } from './watch-options.ts';

/** Runs one command line and gives the process's exit code; never throws for an author's mistake. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const output = new Output();
  let code = 0;
  const program = buildProgram(output, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof Stop) return error.code;
    // commander has printed what was wrong, or the help or version that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    throw error;
  }
}

type Finish = (code: number) => void;

function buildProgram(output: Output, finish: Finish): Command {
  const program = new Command('tapfleet')
    .description('Declarative macvtap interfaces for fleets of KVM hypervisors, over plain SSH.')
    .version(version)
    .exitOverride()
    .configureHelp({
      showGlobalOptions: true,
      // A repeatable option begins with none; "(default: [])" tells nobody anything.
      optionDescription: (option) =>
        Array.isArray(option.defaultValue)
          ? option.description
          : Help.prototype.optionDescription.call(new Help(), option),
    })
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 done or nothing to do · 1 bad input, nothing was touched · 2 differences found (drift;\n' +
        'plan and apply --check with --detailed-exitcode) · 3 a host failed or was refused · 4 a host was\n' +
        'unreachable · 130 interrupted.\n',
    );
  const command = (spec: string, description: string) =>
    program.command(spec).description(description).exitOverride().allowExcessArguments(false);

  withInventory(command('validate <playbook...>', 'read files only; every mistake at once'))
    .optionsGroup('Output:')
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'github']).default('text'))
    .action(async (playbooks, options) =>
      finish(await (await import('./validate.ts')).validate(output, playbooks, options)),
    );

  withInventory(command('inventory [pattern]', 'the hosts, groups and variables of an inventory'))
    .optionsGroup('Output:')
    .option('--playbook-dir <path>', 'take the variables beside playbooks in this folder too')
    .option('--graph', 'groups and hosts as a tree (default)')
    .option('--list', 'everything, as JSON in the form of ansible-inventory')
    .option('--host <name>', 'the variables of one host, as JSON')
    .action(async (pattern, options) =>
      finish(await (await import('./inventory.ts')).inventory(output, pattern, options)),
    );

  withInventory(command('manifest <playbook...>', 'what each host must have, every play resolved'))
    .optionsGroup('Output:')
    .addOption(new Option('--format <format>', 'output format').choices(['yaml', 'json']).default('yaml'))
    .action(async (playbooks, options) =>
      finish(await (await import('./manifest.ts')).manifest(output, playbooks, options)),
    );

  withConnection(withInventory(command('facts [pattern]', 'what each host has')))
    .addOption(new Option('--format <format>', 'output format').choices(['yaml', 'json']).default('yaml'))
    .action(async (pattern, options) =>
      finish(await (await import('./facts.ts')).facts(output, pattern, options)),
    );

  withRun(command('plan <playbook...>', 'what would change, and whom it would hurt; touches nothing'))
    .option('-o, --out <file>', 'save the plan, for "apply FILE"')
    .option('--detailed-exitcode', 'exit 2 where something would change')
    .action(async (playbooks, options) =>
      finish(await (await import('./plan.ts')).plan(output, playbooks, options)),
    );

  withChange(
    command('apply <playbook...>', 'make it so, verify, report; of a saved plan: that and nothing else'),
  )
    .option('--seed <n>', 'for plays with order: shuffle, the order to take again', count)
    .addOption(rerunOption())
    .option(
      '--declared-by <playbook...>',
      'of a saved plan: apply it only if it is what these playbooks come to now, whoever made it',
    )
    .action(async (playbooks, options) =>
      finish(await (await import('./apply.ts')).apply(output, playbooks, options)),
    );

  withRun(command('drift <playbook...>', 'is the fleet still as declared? exits 2 where it is not')).action(
    async (playbooks, options) => finish(await (await import('./plan.ts')).drift(output, playbooks, options)),
  );

  withWatch(
    command(
      'watch <playbook...>',
      'say at once what is no longer as declared, and when it is again; until it is ended',
    ),
  ).action(async (playbooks, options) =>
    finish(await (await import('./watch.ts')).watch(output, playbooks, options)),
  );

  withChange(command('undo <run>', 'put back what a run changed: its name, its file, or "last"')).action(
    async (run, options) => finish(await (await import('./undo.ts')).undo(output, run, options)),
  );

  command('runs', 'the runs that were written down, the last first')
    .option('--record <folder>', 'the folder they are in', RECORD_FOLDER)
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'))
    .action(async (options) => finish((await import('./runs.ts')).runs(output, options)));
  withReport(command('show <plan>', 'what a saved plan holds'))
    .option('--detailed-exitcode', 'exit as plan --detailed-exitcode did')
    .action(async (file, options) => finish(await (await import('./show.ts')).show(output, file, options)));

  withReport(command('merge <report...>', 'JSON reports of several runs, or of all parts of one, as one'))
    .option('--detailed-exitcode', 'exit 2 where something would change')
    .action(async (reports, options) =>
      finish(await (await import('./merge.ts')).merge(output, reports, options)),
    );

  command('schema', 'print a JSON Schema')
    .argument('<what>', 'playbook | report | plan')
    .action(async (what) => finish(await (await import('./schema.ts')).schema(output, what)));

  command('lab <what>', 'hosts to try it on, on this machine: up | down | status')
    .option('--hosts <n>', 'how many hosts', positive, 3)
    .option('--directory <path>', 'where its keys and state are kept', '.tapfleet/lab')
    .option('--port-base <port>', 'SSH port of the first host', positive, 22401)
    .addOption(
      new Option('--kind <kind>', 'how hosts are made (default: the best this machine can)').choices([
        'namespaces',
        'user-namespaces',
        'simulated',
      ]),
    )
    .action(async (what, options) => finish(await (await import('./lab.ts')).lab(output, what, options)));

  command('demo', 'lab up → plan → apply → plan → drift → apply → lab down').action(async () =>
    finish(await (await import('./lab.ts')).demo(output)),
  );
  return program;
}
