/**
 * Runs the jobs of a workflow as GitHub's runner would: `if`, contexts and `${{ }}` by the language's own library, each `run`
 * block as the shell script that it is, with the files and variables that it would find. The actions that are used are
 * done here; one that is not known fails the test.
 */

import type { ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { runProcess } from '../cli.ts';
import { type Contexts, holds } from './expressions.ts';
import { type GithubApi, REPOSITORY, type Run } from './github-api.ts';
import { JobFiles, JobState, type StepResult } from './job-state.ts';
import { commandsIn } from './log-commands.ts';
import { linkingNpm } from './package-tarball.ts';
import type { Job, Step, Workflow } from './workflow.ts';

const INSTALL = 'Install tapfleet';

/** What the runner is given from outside. */
export interface RunnerPlace {
  readonly folder: string;
  readonly netns: string;
  readonly apiPort: number;
  /** What `actions/checkout` fetches from. */
  readonly repository: string;
  readonly vars: Readonly<Record<string, string>>;
  /** By environment: a job without one gets none. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Happening {
  readonly name: string;
  readonly ref: string;
  readonly sha: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface JobResult {
  readonly result: 'success' | 'failure' | 'skipped';
  readonly steps: readonly StepResult[];
  readonly log: string;
  readonly summary: string;
  /** Of the run it was part of. */
  readonly run: number;
}

export type JobResults = Readonly<Record<string, JobResult>>;

/** Called with each process of a step, to do something to it. */
export type Watcher = (step: string, child: ChildProcess) => void;

export class GithubRunner {
  readonly #api: GithubApi;
  readonly #place: RunnerPlace;
  /** After the first job. */
  #npm: string | undefined;

  constructor(api: GithubApi, place: RunnerPlace) {
    this.#api = api;
    this.#place = place;
  }

  async run(path: string, workflow: Workflow, event: Happening, watch?: Watcher): Promise<JobResults> {
    const run: Run = { id: this.#api.next(), path, event: event.name };
    this.#api.runs.push(run);
    const results: Record<string, JobResult> = {};
    for (const [name, job] of Object.entries(workflow.jobs)) {
      results[name] = await this.#job(run, workflow, job, event, results, watch);
    }
    return results;
  }

  async #job(
    run: Run,
    workflow: Workflow,
    job: Job,
    event: Happening,
    before: JobResults,
    watch: Watcher | undefined,
  ): Promise<JobResult> {
    const token = this.#api.tokenFor(permissionsOf(job));
    const temp = mkdtempSync(join(this.#place.folder, 'runner-'));
    const github = {
      repository: REPOSITORY,
      event_name: event.name,
      event: event.payload,
      ref: event.ref,
      sha: event.sha,
      run_id: run.id,
      token,
    };
    const needs = Object.fromEntries(
      [job.needs ?? []].flat().map((one) => [one, { result: before[one]?.result }]),
    );
    const contexts: Contexts = { github, vars: this.#place.vars, needs };
    const needed = Object.values(needs).every(({ result }) => result === 'success');
    if (!holds(job.if, contexts, { failed: !needed })) {
      return { result: 'skipped', steps: [], log: '', summary: '', run: run.id };
    }
    const secrets = this.#place.secrets[job.environment ?? ''] ?? {};
    const files = new JobFiles(temp, event.payload);
    const state = new JobState(
      { ...contexts, secrets, runner: { temp: files.temp } },
      { ...workflow.env, ...this.#forgeEnvironment(files, github) },
    );
    for (const step of job.steps) {
      const title = step.name ?? step.uses ?? '?';
      if (!holds(step.if, state.contexts, state.standing)) {
        state.end(step, { name: title, outcome: 'skipped', code: 0 });
        continue;
      }
      const code = step.uses
        ? await this.#use(step, state, files, run)
        : await this.#shell(step, title, workflow, state, files, watch);
      state.end(step, { name: title, outcome: code === 0 ? 'success' : 'failure', code });
    }
    return {
      result: state.standing.failed ? 'failure' : 'success',
      steps: state.steps,
      log: state.log,
      summary: readFileSync(files.summary, 'utf8'),
      run: run.id,
    };
  }

  #forgeEnvironment(
    files: JobFiles,
    github: { event_name: string; ref: string; sha: string; run_id: number },
  ) {
    return {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: `http://127.0.0.1:${this.#place.apiPort}`,
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_EVENT_NAME: github.event_name,
      GITHUB_EVENT_PATH: files.event,
      GITHUB_REF: github.ref,
      GITHUB_SHA: github.sha,
      GITHUB_RUN_ID: String(github.run_id),
      GITHUB_WORKSPACE: files.workspace,
      GITHUB_ENV: files.env,
      GITHUB_PATH: files.path,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: files.temp,
      HOME: files.home,
      LC_ALL: 'C.UTF-8',
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    };
  }

  async #shell(
    step: Step,
    title: string,
    workflow: Workflow,
    state: JobState,
    files: JobFiles,
    watch: Watcher | undefined,
  ): Promise<number> {
    if (workflow.defaults.run.shell !== 'bash') throw new Error(`shell: ${workflow.defaults.run.shell}`);
    const script = join(files.home, 'step.sh');
    writeFileSync(script, state.fill(step.run ?? ''));
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, text]) => [name, state.fill(text)]),
    );
    const cwd =
      step['working-directory'] === undefined ? files.workspace : state.fill(step['working-directory']);
    const argv = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', script];
    const { code, stdout, stderr } = await runProcess(['ip', 'netns', 'exec', this.#place.netns, ...argv], {
      cwd,
      env: { ...state.env, ...env, PATH: [this.#npm ?? [], state.env.PATH].flat().join(':') },
      ...(watch ? { started: (child) => watch(title, child) } : {}),
    });
    state.log += stdout + stderr;
    for (const { name, message } of commandsIn(stdout + stderr)) {
      if (!['error', 'warning', 'notice'].includes(name)) throw new Error(`the command ${name}: ${message}`);
    }
    if (code === 0 && title === INSTALL) {
      this.#npm ??= linkingNpm(this.#place.folder, join(files.temp, 'tapfleet'));
    }
    state.take(step, files);
    return code;
  }

  async #use(step: Step, state: JobState, files: JobFiles, run: Run): Promise<number> {
    const input = Object.fromEntries(
      Object.entries(step.with ?? {}).map(([name, value]) => [name, state.fill(String(value))]),
    );
    const [, action = ''] = /^([\w./-]+)@[0-9a-f]{40}$/.exec(step.uses ?? '') ?? [];
    switch (action) {
      case 'actions/setup-node':
        return 0;
      case 'actions/checkout':
        return this.#checkout(input, state, files.workspace);
      case 'actions/upload-artifact':
        return this.#upload(input, run);
      case 'actions/download-artifact':
        return this.#download(input, state);
      case 'github/codeql-action/upload-sarif':
        if (!existsSync(input.sarif_file ?? '')) throw new Error(`no file ${input.sarif_file}`);
        JSON.parse(readFileSync(input.sarif_file ?? '', 'utf8'));
        return 0;
      default:
        throw new Error(`no such action here: ${step.uses}`);
    }
  }

  async #checkout(input: Readonly<Record<string, string>>, state: JobState, cwd: string): Promise<number> {
    const ref = input.ref ?? (state.contexts.github as { sha: string }).sha;
    const depth = ['--depth', input['fetch-depth'] ?? '1'];
    for (const argv of [
      ['init', '--quiet', '--initial-branch', 'checkout', '.'],
      ['fetch', '--quiet', ...depth, `file://${this.#place.repository}`, ref],
      ['checkout', '--quiet', 'FETCH_HEAD'],
    ]) {
      const { code, stderr } = await runProcess(['git', '-c', 'advice.detachedHead=false', ...argv], { cwd });
      state.log += stderr;
      if (code !== 0) return code;
    }
    return 0;
  }

  /** Below the folder that all paths have in common, as of version 4 of the action. */
  #upload(input: Readonly<Record<string, string>>, run: Run): number {
    const paths = (input.path ?? '').split('\n').filter((path) => path !== '');
    const there = paths.filter((path) => existsSync(path));
    if (there.length === 0) return input['if-no-files-found'] === 'error' ? 1 : 0;
    const [only = ''] = there;
    const root = paths.length === 1 && statSync(only).isDirectory() ? only : dirname(paths[0] ?? '');
    const files = new Map(
      there.flatMap(filesBelow).map((file) => [relative(root, file), readFileSync(file)]),
    );
    const { name = '' } = input;
    const old = this.#api.artifacts.findIndex((one) => one.name === name && one.run === run.id);
    if (old >= 0) this.#api.artifacts.splice(old, 1);
    this.#api.artifacts.push({ id: this.#api.next(), name, expired: false, run: run.id, files });
    return 0;
  }

  #download(input: Readonly<Record<string, string>>, state: JobState): number {
    const found = this.#api.artifacts.find(
      ({ name, run }) => name === input.name && String(run) === input['run-id'],
    );
    if (!found) {
      state.log += `Unable to find the artifact ${input.name}\n`;
      return 1;
    }
    for (const [name, content] of found.files) {
      const file = join(input.path ?? '', name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    return 0;
  }
}

/** A comment is of a pull request or an issue: GitHub takes the permission for either. */
function permissionsOf({ permissions }: Job): Readonly<Record<string, string>> {
  const comments = permissions['pull-requests'] === 'write' || permissions.issues === 'write';
  return { ...permissions, ...(comments ? { comments: 'write' } : {}) };
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}
