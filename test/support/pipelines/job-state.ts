/** What a job of a GitHub workflow finds, knows and leaves from step to step. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contexts, fill, type Standing } from './expressions.ts';
import type { Step } from './workflow.ts';

export interface StepResult {
  readonly name: string;
  readonly outcome: 'success' | 'failure' | 'skipped';
  readonly code: number;
}

/** Where a job finds what the forge tells it, and leaves what it tells the forge. */
export class JobFiles {
  readonly temp: string;
  readonly workspace: string;
  readonly home: string;
  readonly event: string;
  readonly env: string;
  readonly path: string;
  readonly output: string;
  readonly summary: string;

  constructor(folder: string, payload: object) {
    const make = (name: string) => {
      const path = join(folder, name);
      mkdirSync(path);
      return path;
    };
    this.temp = make('temp');
    this.workspace = make('workspace');
    this.home = make('home');
    const file = (name: string, text = '') => {
      const path = join(this.home, name);
      writeFileSync(path, text);
      return path;
    };
    this.event = file('event.json', JSON.stringify(payload));
    this.env = file('env');
    this.path = file('path');
    this.output = file('output');
    this.summary = file('summary.md');
  }
}

/** What a job knows while it goes on. */
export class JobState {
  readonly steps: StepResult[] = [];
  log = '';
  #failed = false;
  readonly #outputs: Record<string, Record<string, string>> = {};
  readonly #outcomes: Record<string, string> = {};
  readonly #base: Contexts;
  readonly env: Record<string, string>;

  constructor(base: Contexts, env: Readonly<Record<string, string>>) {
    this.#base = base;
    this.env = { ...env };
  }

  get standing(): Standing {
    return { failed: this.#failed };
  }

  get contexts(): Contexts {
    const ids = new Set([...Object.keys(this.#outputs), ...Object.keys(this.#outcomes)]);
    const steps = Object.fromEntries(
      [...ids].map((id) => [id, { outputs: this.#outputs[id] ?? {}, outcome: this.#outcomes[id] }]),
    );
    return { ...this.#base, env: this.env, steps };
  }

  fill(text: string): string {
    return fill(text, this.contexts, this.standing);
  }

  end(step: Step, result: StepResult): void {
    this.steps.push(result);
    if (step.id) this.#outcomes[step.id] = result.outcome;
    if (result.outcome === 'failure' && !step['continue-on-error']) this.#failed = true;
  }

  /** What a step wrote for those after it. */
  take(step: Step, files: JobFiles): void {
    const lines = (file: string) => {
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, '');
      return text.split('\n').filter((line) => line !== '');
    };
    const pairs = (file: string) =>
      Object.fromEntries(
        lines(file).map((line) => {
          const [, name, value = ''] = /^([^=]+)=(.*)$/.exec(line) ?? [];
          if (name === undefined) throw new Error(`${step.name} wrote for the next steps: ${line}`);
          return [name, value];
        }),
      );
    Object.assign(this.env, pairs(files.env));
    const outputs = pairs(files.output);
    if (step.id) this.#outputs[step.id] = { ...this.#outputs[step.id], ...outputs };
    this.env.PATH = [...lines(files.path).reverse(), this.env.PATH].join(':');
  }
}
