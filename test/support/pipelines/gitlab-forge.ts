/**
 * A GitLab of its own for a test: a repository with the file that is shipped, its jobs run beside real hosts with the variables
 * that they would have, and the API.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../cli.ts';
import type { SshdFleet } from '../sshd-fleet.ts';
import { type Files, GitForge } from './git-forge.ts';
import { GitlabApi, PROJECT, TOKEN } from './gitlab-api.ts';
import { type GitlabFile, jobsFor, parseGitlabFile } from './gitlab-file.ts';
import { type Relay, relayInside } from './inside-relay.ts';
import { linkingNpm, packTarball } from './package-tarball.ts';

export const SHIPPED_GITLAB = fileURLToPath(
  new URL('../../../pipelines/gitlab/tapfleet.gitlab-ci.yml', import.meta.url),
);

export interface GitlabResult {
  readonly code: number;
  /** As the pipeline shows it: an allowed failure is a warning. */
  readonly status: 'success' | 'failed' | 'warning';
  readonly log: string;
}

/** In the order of the stages. */
export type Pipeline = ReadonlyMap<string, GitlabResult>;

export class GitlabForge {
  readonly api = new GitlabApi();
  readonly git: GitForge;
  readonly #folder: string;
  readonly #relay: Relay;
  readonly #netns: string;
  readonly #settings: Readonly<Record<string, string>>;
  /** By environment, as their scope is in a project's settings. */
  readonly #secrets: Readonly<Record<string, string>>;
  #npm: string | undefined;
  readonly logs: string[] = [];

  static async start(fleet: SshdFleet, files: Files): Promise<GitlabForge> {
    const folder = mkdtempSync(join(tmpdir(), 'tapfleet-forge-'));
    const git = await GitForge.make(folder);
    const tarball = await packTarball(mkdtempSync(join(folder, 'package-')));
    const socket = join(folder, 'api.sock');
    const forge = new GitlabForge(folder, git, await relayInside(fleet.controller, socket), fleet, tarball);
    await forge.api.server.listen(socket);
    await git.push('main', { '.gitlab-ci.yml': readFileSync(SHIPPED_GITLAB, 'utf8'), ...files });
    git.pushed();
    return forge;
  }

  private constructor(folder: string, git: GitForge, relay: Relay, fleet: SshdFleet, tarball: string) {
    this.#folder = folder;
    this.git = git;
    this.#relay = relay;
    this.#netns = fleet.controller;
    this.#settings = { TAPFLEET_PACKAGE: tarball };
    this.#secrets = {
      TAPFLEET_SSH_KEY: fleet.identity,
      TAPFLEET_KNOWN_HOSTS: fleet.knownHosts,
      TAPFLEET_GITLAB_TOKEN: TOKEN,
    };
  }

  /** The pipeline of a merge request whose branch was pushed. `fork`: the project it comes from. */
  async mergeRequest(iid: number, branch: string, fork?: number): Promise<Pipeline> {
    const request = this.api.requests.get(iid) ?? { iid, state: 'opened', mergeCommit: '', pipelines: [] };
    this.api.requests.set(iid, request);
    const id = this.api.next();
    request.pipelines.push({ id, project_id: fork ?? PROJECT });
    return this.#pipeline(id, branch, {
      CI_PIPELINE_SOURCE: 'merge_request_event',
      CI_MERGE_REQUEST_IID: String(iid),
      CI_MERGE_REQUEST_PROJECT_ID: String(PROJECT),
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: String(fork ?? PROJECT),
      // It runs in the fork, which has none of our secrets.
      ...(fork === undefined ? this.#secrets : { CI_PROJECT_ID: String(fork) }),
    });
  }

  async merge(iid: number, branch: string): Promise<Pipeline> {
    const commit = await this.git.merge(branch);
    const request = this.api.requests.get(iid);
    if (request) Object.assign(request, { state: 'merged', mergeCommit: commit });
    return this.onMain('push');
  }

  /** A pipeline of main: of a push, by schedule, or by hand, where the manual job is run too. */
  onMain(source: 'push' | 'schedule' | 'web'): Promise<Pipeline> {
    return this.#pipeline(this.api.next(), 'main', {
      CI_PIPELINE_SOURCE: source,
      CI_COMMIT_BRANCH: 'main',
      ...this.#secrets,
    });
  }

  async #pipeline(id: number, ref: string, given: Readonly<Record<string, string>>): Promise<Pipeline> {
    const sha = await this.git.git(this.git.bare, 'rev-parse', ref);
    const file = parseGitlabFile(await this.git.file(sha, '.gitlab-ci.yml'));
    const variables = {
      CI: 'true',
      GITLAB_CI: 'true',
      CI_DEFAULT_BRANCH: 'main',
      CI_PROJECT_ID: String(PROJECT),
      CI_COMMIT_SHA: sha,
      CI_PIPELINE_ID: String(id),
      CI_API_V4_URL: `http://127.0.0.1:${this.#relay.port}/api/v4`,
      ...file.variables,
      ...this.#settings,
      ...given,
    };
    const results = new Map<string, GitlabResult>();
    const names = jobsFor(file, variables);
    for (const stage of file.stages) {
      for (const name of names.filter((one) => file.jobs[one]?.stage === stage)) {
        if ([...results.values()].some(({ status }) => status === 'failed')) continue;
        results.set(name, await this.#job(id, name, file, sha, variables));
      }
    }
    return results;
  }

  async #job(
    pipeline: number,
    name: string,
    file: GitlabFile,
    sha: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<GitlabResult> {
    const job = file.jobs[name];
    if (!job) throw new Error(`no job ${name}`);
    const place = mkdtempSync(join(this.#folder, 'job-'));
    const project = join(place, 'project');
    const home = join(place, 'home');
    const temp = join(place, 'tmp');
    for (const path of [project, home, temp]) mkdirSync(path);
    await this.git.git(project, 'init', '--quiet', '.');
    await this.git.git(project, 'fetch', '--quiet', '--depth', '20', `file://${this.git.bare}`, sha);
    await this.git.git(project, '-c', 'advice.detachedHead=false', 'checkout', '--quiet', 'FETCH_HEAD');
    for (const need of job.needs ?? []) {
      const { job: from = need, artifacts = true } = typeof need === 'string' ? {} : need;
      const made = artifacts && this.api.jobs.find((one) => one.pipeline === pipeline && one.name === from);
      for (const [path, content] of made ? made.files : []) {
        mkdirSync(dirname(join(project, path)), { recursive: true });
        writeFileSync(join(project, path), content);
      }
    }
    const id = this.api.next();
    const script = join(home, 'script.sh');
    writeFileSync(script, [...(job.before_script ?? []), ...job.script].join('\n'));
    const env = {
      ...variables,
      ...job.variables,
      CI_JOB_ID: String(id),
      CI_JOB_URL: `https://gitlab.example/acme/fleet/-/jobs/${id}`,
      CI_PROJECT_DIR: project,
      HOME: home,
      TMPDIR: temp,
      LC_ALL: 'C.UTF-8',
      PATH: [this.#npm ?? [], process.env.PATH ?? '/usr/bin:/bin'].flat().join(':'),
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    };
    // As the runner does where there is a bash.
    const argv = [
      'ip',
      'netns',
      'exec',
      this.#netns,
      'bash',
      '--noprofile',
      '--norc',
      '-eo',
      'pipefail',
      script,
    ];
    const { code, stdout, stderr } = await runProcess(argv, { cwd: project, env });
    const [installed] = readdirSync(temp);
    if (installed && existsSync(join(temp, installed, 'node_modules/tapfleet'))) {
      this.#npm ??= linkingNpm(this.#folder, join(temp, installed));
    }
    const log = stdout + stderr;
    this.logs.push(log);
    const paths = code === 0 || job.artifacts?.when === 'always' ? (job.artifacts?.paths ?? []) : [];
    const files = paths.flatMap((path) => filesBelow(join(project, path)));
    this.api.jobs.push({
      id,
      pipeline,
      name,
      files: new Map(files.map((one) => [relative(project, one), readFileSync(one)])),
    });
    const { allow_failure: allowed = false } = job;
    const warned = typeof allowed === 'object' && allowed.exit_codes.includes(code);
    return { code, status: code === 0 ? 'success' : warned ? 'warning' : 'failed', log };
  }

  get told(): string {
    const { notes, issues, jobs } = this.api;
    return [
      ...this.logs,
      ...notes.map(({ body }) => body),
      ...issues.map(({ description }) => description),
      ...jobs.flatMap(({ files }) => [...files.values()].map(String)),
    ].join('\n');
  }

  async close(): Promise<void> {
    await this.api.server.close();
    await this.#relay.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}
