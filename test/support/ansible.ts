/**
 * Inventories of `test/cases/inventories`, the questions that are asked of them, and what Ansible answers. Knows nothing
 * of how tapfleet answers.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from './cli.ts';
import { findProgram } from './needs.ts';

const CASES = fileURLToPath(new URL('../cases/inventories', import.meta.url));
const DRIVER = fileURLToPath(new URL('./ansible-answers.py', import.meta.url));
const JINJA_DRIVER = fileURLToPath(new URL('./jinja-answers.py', import.meta.url));
const DEFAULT_SOURCES = ['hosts.yml', 'hosts.yaml', 'hosts.json', 'hosts.ini', 'hosts', 'inventory'];

export interface PatternQuestion {
  /** The line as the case has it. */
  readonly text: string;
  readonly pattern: string;
  readonly limit: string | null;
}

/** One folder: the sources, `arguments.txt` where not just one source is given, `patterns.txt`, what may differ. */
export interface InventoryCase {
  readonly name: string;
  readonly folder: string;
  readonly inventory: readonly string[];
  readonly playbookDir: string | undefined;
  readonly vaultPasswordFiles: readonly string[];
  readonly patterns: readonly PatternQuestion[];
  /** The lines of `expected-difference.txt` after its first paragraph, which says why. */
  readonly difference: readonly string[];
}

export type HostVariables = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly list: Readonly<Record<string, unknown>>;
  readonly graph: string;
  readonly hosts: Readonly<Record<string, HostVariables>>;
  readonly matches: readonly (readonly string[] | { readonly error: string })[];
  /** Sources that no plugin could read; Ansible warns and goes on without them. */
  readonly rejected: readonly string[];
}

export function inventoryCases(): InventoryCase[] {
  return readdirSync(CASES)
    .sort()
    .map((name) => readCase(name, join(CASES, name)));
}

/** The arguments that `ansible-inventory`, `ansible` and `tapfleet inventory` have in common. */
export function argumentsOf(one: InventoryCase): string[] {
  return [
    ...one.inventory.flatMap((source) => ['-i', source]),
    ...one.vaultPasswordFiles.flatMap((file) => ['--vault-password-file', file]),
    ...(one.playbookDir === undefined ? [] : ['--playbook-dir', one.playbookDir]),
  ];
}

/** One answer for each case, or the error that ended Ansible. `cwd` must hold no `group_vars`: Ansible would read them. */
export async function askAnsible(
  cases: readonly InventoryCase[],
  cwd: string,
): Promise<Readonly<Record<string, Answer | { readonly error: string }>>> {
  const questions = cases.map((one) => ({
    name: one.name,
    arguments: argumentsOf(one),
    patterns: one.patterns.map(({ pattern, limit }) => ({ pattern, limit })),
  }));
  const result = await runProcess([pythonOfAnsible(), DRIVER], {
    stdin: JSON.stringify(questions),
    cwd,
    env: ansibleEnvironment(cwd),
  });
  if (result.code !== 0) throw new Error(`the driver failed: ${result.stderr}`);
  return JSON.parse(result.stdout) as Record<string, Answer | { error: string }>;
}

export type JinjaAnswer = { readonly value: unknown } | { readonly error: string };

export interface JinjaQuestions {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly expressions: readonly string[];
  readonly templates: readonly string[];
}

/** What the Jinja of Ansible gives. `cwd`: a folder of its own. */
export async function askJinja(
  questions: JinjaQuestions,
  cwd: string,
): Promise<{ readonly expressions: readonly JinjaAnswer[]; readonly templates: readonly JinjaAnswer[] }> {
  const result = await runProcess([pythonOfAnsible(), JINJA_DRIVER], {
    stdin: JSON.stringify(questions),
    cwd,
    env: ansibleEnvironment(cwd),
  });
  if (result.code !== 0) throw new Error(`the driver failed: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

/** The real command; stdout, or an error that shows what it said. */
export async function runAnsible(argv: readonly string[], cwd: string): Promise<string> {
  const result = await runProcess(argv, { cwd, env: ansibleEnvironment(cwd) });
  if (result.code !== 0) throw new Error(`${argv.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

/** The one that has Ansible's modules: from the first line of its program. */
export function pythonOfAnsible(): string {
  const program = readFileSync(findProgram('ansible-inventory') ?? '', 'utf8');
  return /^#! *(\S*python\S*)\s/.exec(program)?.[1] ?? 'python3';
}

function ansibleEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    HOME: home,
    ANSIBLE_CONFIG: join(home, 'ansible.cfg'),
    ANSIBLE_LOCAL_TEMP: join(home, 'tmp'),
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

function readCase(name: string, folder: string): InventoryCase {
  const words = linesOf(join(folder, 'arguments.txt')).map((line) => {
    const [, option = '', value = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    return { option, value: value.includes(',') ? value : join(folder, value) };
  });
  const valuesOf = (option: string) => words.filter((one) => one.option === option).map((one) => one.value);
  const usual = DEFAULT_SOURCES.map((source) => join(folder, source)).find((path) => existsSync(path));
  const sources = valuesOf('-i');
  const inventory = sources.length > 0 ? sources : [usual ?? join(folder, 'hosts')];
  return {
    name,
    folder,
    inventory,
    playbookDir: valuesOf('--playbook-dir')[0],
    vaultPasswordFiles: valuesOf('--vault-password-file'),
    patterns: linesOf(join(folder, 'patterns.txt')).map((line) => questionOf(line, folder)),
    difference: linesOf(join(folder, 'expected-difference.txt')).slice(1),
  };
}

/** `PATTERN` or `PATTERN -l LIMIT`; `@file` is a file of the case. */
function questionOf(text: string, folder: string): PatternQuestion {
  const [pattern = '', limit] = text.split(/\s+-l\s+/);
  return { text, pattern, limit: limit?.replace(/@/g, () => `@${folder}/`) ?? null };
}

function linesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
