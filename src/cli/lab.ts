/** The commands `lab` and `demo`: hosts to try tapfleet on, on this machine. */
import { existsSync } from 'node:fs';
import { builtProgram } from '../files/built-program.ts';
import { LabError } from '../lab/error.ts';
import type { LabKind } from '../lab/state.ts';
import { labStatus } from '../lab/status.ts';
import { downCommand, typedPath } from '../lab/typed.ts';
import { type Output, refuse } from './output.ts';

export interface LabOptions {
  readonly hosts: number;
  readonly directory: string;
  readonly portBase: number;
  readonly kind?: LabKind;
}

const VERBS: Readonly<Record<string, (output: Output, options: LabOptions) => Promise<number>>> = {
  up,
  down,
  status,
};

export async function lab(output: Output, what: string, options: LabOptions): Promise<number> {
  const verb = Object.hasOwn(VERBS, what) ? VERBS[what] : undefined;
  if (!verb) refuse(output, `there is no "lab ${what}"`, 'lab up, lab down, lab status');
  return orRefuse(output, () => verb(output, options));
}

async function up(output: Output, options: LabOptions): Promise<number> {
  const { labUp } = await import('../lab/up.ts');
  const made = await labUp(options);
  output.note(`${made.why}\n`);
  const from = `-i ${typedPath(made.inventory)}`;
  const playbook = labPlaybook();
  const tries = playbook
    ? [`plan ${typedPath(playbook)} ${from}`, `apply ${typedPath(playbook)} ${from}`]
    : [`facts ${from}`];
  output.result(
    [
      `${made.hosts.length} lab hosts are up. Try:`,
      ...tries.map((words) => `  tapfleet ${words}`),
      `  ${downCommand(made.directory)}`,
      '',
    ].join('\n'),
  );
  return 0;
}

/** That of the working directory, such as a clone of the repository, or of the package. */
function labPlaybook(): string | undefined {
  const own = 'playbooks/lab.yml';
  return existsSync(own) ? own : builtProgram(`../${own}`);
}

async function down(output: Output, { directory }: LabOptions): Promise<number> {
  const { labDown } = await import('../lab/down.ts');
  const { removed } = await labDown({ directory });
  output.result(removed ? 'the lab is gone\n' : `there is no lab in ${directory}\n`);
  return 0;
}

async function status(output: Output, { directory }: LabOptions): Promise<number> {
  const found = await labStatus({ directory });
  if (!found) {
    output.result(`there is no lab in ${directory}\n`);
    return 0;
  }
  const rows = found.hosts.map((host) => `  ${host.name}  127.0.0.1:${host.port}  ${host.state}`);
  output.result(
    [`${found.state}: ${found.why}`, ...rows, `  inventory: ${typedPath(found.inventory)}`, ''].join('\n'),
  );
  return 0;
}

export async function demo(output: Output): Promise<number> {
  const { runDemo } = await import('../lab/demo.ts');
  return orRefuse(output, () => runDemo({ write: (text) => output.result(text) }));
}

async function orRefuse(output: Output, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LabError) refuse(output, error.message, error.hint);
    throw error;
  }
}
