/**
 * The demo: a lab in a temporary directory, the steps of `demo-script.ts` typed into the real command, the lab taken
 * away, always. It stops at the first step that does not end as promised; the user's own directory is never touched.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEMO_STEPS, type DemoStep } from './demo-script.ts';
import { labDown } from './down.ts';
import { LabError } from './error.ts';
import type { LabKind } from './state.ts';
import { LAB_DIRECTORY, type Lab } from './status.ts';
import { typeAtHost } from './type-at-host.ts';
import { labUp } from './up.ts';

export interface DemoOptions {
  /** Takes everything the demo prints, its commands' output included. */
  readonly write: (text: string) => void;
  /** The argv that `tapfleet` stands for; default: this Node and the main.js of this build. */
  readonly command?: readonly string[];
  /** Let the commands print colours though they print into a pipe. */
  readonly colour?: boolean;
  /** Default: the best this machine can do. */
  readonly kind?: LabKind;
}

/**
 * 0: every step ended as promised; 130: interrupted (SIGINT or SIGTERM; the lab is taken away first). Throws LabError
 * where a step did not end as promised, or no lab can be made.
 */
export async function runDemo(options: DemoOptions): Promise<0 | 130> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'tapfleet-demo-')));
  const lab = join(directory, LAB_DIRECTORY);
  let interrupted = false;
  let running: ChildProcess | undefined;
  const interrupt = (signal: NodeJS.Signals) => {
    interrupted = true;
    // Ctrl-C reaches the command through the terminal; a signal sent to the demo alone does not.
    if (signal === 'SIGTERM') running?.kill(signal);
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    cpSync(besideBundle('playbooks'), join(directory, 'playbooks'), { recursive: true });
    options.write('# A lab of 3 hosts on this machine, as "tapfleet lab up" makes it.\n');
    const up = await labUp({ directory: lab, portBase: 0, ...(options.kind ? { kind: options.kind } : {}) });
    options.write(`${up.why}\n`);
    for (const step of DEMO_STEPS) {
      if (interrupted) break;
      await show(step, options, directory, up, (child) => {
        running = child;
      });
    }
  } catch (error) {
    if (!interrupted) throw error;
  } finally {
    options.write('\n# The lab is taken away, as "tapfleet lab down" does.\n');
    await labDown({ directory: lab });
    rmSync(directory, { recursive: true, force: true });
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
  return interrupted ? 130 : 0;
}

async function show(
  step: DemoStep,
  options: DemoOptions,
  directory: string,
  lab: Lab,
  started: (child: ChildProcess) => void,
): Promise<void> {
  options.write(`\n# ${step.look}\n`);
  if (step.kind === 'by-hand') {
    for (const [host, line] of step.lines) {
      options.write(`${host}# ${line}\n`);
      const { code, stderr } = await typeAtHost(lab, host, [line]);
      if (code !== 0) throw broken(`"${line}" on ${host} ended with ${code}: ${stderr.trim()}`);
    }
    return;
  }
  const typed = `tapfleet ${step.words.join(' ')}`;
  options.write(`$ ${typed}\n`);
  const code = await runCommand(step.words, options, directory, started);
  if (code !== step.code) throw broken(`"${typed}" ended with ${code}; promised is ${step.code}`);
}

function runCommand(
  words: readonly string[],
  options: DemoOptions,
  directory: string,
  started: (child: ChildProcess) => void,
): Promise<number | NodeJS.Signals | null> {
  const [file = '', ...rest] = options.command ?? [process.execPath, besideBundle('dist/main.js')];
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...rest, ...words], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(options.colour ? { FORCE_COLOR: '1' } : {}) },
    });
    started(child);
    child.stdout.setEncoding('utf8').on('data', options.write);
    child.stderr.setEncoding('utf8').on('data', options.write);
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
}

function broken(what: string): LabError {
  return new LabError(`the demo did not go as promised: ${what}`, 'please report it with the output above');
}

/** A file of the package, seen from dist/, dist/chunks/ or src/lab/. */
function besideBundle(path: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const file = ['..', '../..'].map((way) => join(here, way, path)).find((candidate) => existsSync(candidate));
  if (file) return file;
  throw new LabError(
    `the package's "${path}" is missing`,
    'run the demo from a clone of the repository, after "npm run build"',
  );
}
