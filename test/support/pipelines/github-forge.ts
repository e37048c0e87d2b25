/**
 * A GitHub of its own for a test: a repository with the workflows that are shipped, their runner beside real hosts, and the
 * API. A push is answered as GitHub answers it: with the runs that it starts.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SshdFleet } from '../sshd-fleet.ts';
import { type Files, GitForge } from './git-forge.ts';
import { GithubApi } from './github-api.ts';
import {
  GithubRunner,
  type Happening,
  type JobResult,
  type JobResults,
  type Watcher,
} from './github-runner.ts';
import { type Relay, relayInside } from './inside-relay.ts';
import { packTarball } from './package-tarball.ts';
import { parseWorkflow, type Workflow } from './workflow.ts';

export const SHIPPED = fileURLToPath(new URL('../../../pipelines/github', import.meta.url));
const FOLDER = '.github/workflows';

/** What no log, report, artifact or comment may hold. */
export const VAULT_PASSWORD = 'the-vault-password-0815';

export class GithubForge {
  readonly api = new GithubApi();
  readonly git: GitForge;
  readonly #folder: string;
  readonly #relay: Relay;
  readonly #runner: GithubRunner;
  /** Of every job that ran. */
  readonly logs: string[] = [];

  /** main has the workflows, an inventory of the fleet and what is given. */
  static async start(fleet: SshdFleet, files: Files): Promise<GithubForge> {
    const folder = mkdtempSync(join(tmpdir(), 'tapfleet-forge-'));
    const git = await GitForge.make(folder);
    const tarball = await packTarball(mkdtempSync(join(folder, 'package-')));
    const socket = join(folder, 'api.sock');
    const relay = await relayInside(fleet.controller, socket);
    const forge = new GithubForge(folder, git, relay, fleet, tarball);
    await forge.api.server.listen(socket);
    const workflows = readdirSync(SHIPPED).map((name) => [
      `${FOLDER}/${name}`,
      readFileSync(join(SHIPPED, name), 'utf8'),
    ]);
    await git.push('main', { ...Object.fromEntries(workflows), ...files });
    git.pushed();
    return forge;
  }

  private constructor(folder: string, git: GitForge, relay: Relay, fleet: SshdFleet, tarball: string) {
    this.#folder = folder;
    this.git = git;
    this.#relay = relay;
    const secrets = {
      TAPFLEET_SSH_KEY: readFileSync(fleet.identity, 'utf8'),
      TAPFLEET_KNOWN_HOSTS: readFileSync(fleet.knownHosts, 'utf8'),
      TAPFLEET_VAULT_PASSWORD: VAULT_PASSWORD,
    };
    this.#runner = new GithubRunner(this.api, {
      folder,
      netns: fleet.controller,
      apiPort: relay.port,
      repository: git.bare,
      vars: { TAPFLEET_PACKAGE: tarball, TAPFLEET_SARIF: 'true' },
      secrets: { 'tapfleet-plan': secrets, 'tapfleet-apply': secrets },
    });
  }

  /** A pull request of a branch: opened, or pushed to again. `from`: the repository that the branch is of. */
  async pullRequest(
    number: number,
    branch: string,
    { from = 'acme/fleet', head }: { from?: string; head?: string } = {},
  ): Promise<Record<'plan' | 'validate', JobResult>> {
    const offered = await this.git.offer(branch, number);
    const main = await this.git.git(this.git.bare, 'rev-parse', 'main');
    const pull_request = {
      number,
      head: { sha: head ?? offered, ref: branch, repo: { full_name: from } },
      base: { ref: 'main', sha: main },
    };
    const event = {
      name: 'pull_request_target',
      ref: 'refs/heads/main',
      sha: main,
      payload: { pull_request },
    };
    // The workflow is that of the default branch, whatever the pull request has.
    return (await this.run('tapfleet-plan.yml', 'main', event)) as Record<'plan' | 'validate', JobResult>;
  }

  /** What the pushes to main since the last time start. */
  async afterMerge(watch?: Watcher): Promise<JobResult> {
    const pushes = this.git.pushed().filter(({ ref }) => ref === 'refs/heads/main');
    if (pushes.length !== 1) throw new Error(`${pushes.length} pushes to main`);
    const [{ after = '', ref = '' } = {}] = pushes;
    const event = { name: 'push', ref, sha: after, payload: { ref, after } };
    return theJob(await this.run('tapfleet-apply.yml', after, event, watch), 'apply');
  }

  /** A plan that is merged, and whose apply is cancelled while a host is at work, as a runner does it: SIGINT to the shell. */
  async cancelledApply(number: number, fleet: SshdFleet, files: Files): Promise<JobResult> {
    const branch = `cancelled-${number}`;
    await this.git.push(branch, files);
    await this.pullRequest(number, branch);
    await this.git.merge(branch);
    const since = fleet.names.map((name) => fleet.host(name).sshd.log.length);
    return this.afterMerge((step, child) => {
      if (step !== 'Apply') return;
      const begun = fleet.names.map((name, n) =>
        fleet.host(name).sshd.waitForLog(/^Starting session: /m, since[n]),
      );
      void Promise.race(begun).then(() => child.kill('SIGINT'));
    });
  }

  /** `workflow_dispatch` on main, approved where that is asked for. */
  async byHand(file: string): Promise<JobResults> {
    return this.run(file, 'main', await this.#onMain('workflow_dispatch'));
  }

  async schedule(): Promise<JobResult> {
    return theJob(await this.run('tapfleet-drift.yml', 'main', await this.#onMain('schedule')), 'drift');
  }

  async #onMain(name: string): Promise<Happening> {
    const sha = await this.git.git(this.git.bare, 'rev-parse', 'main');
    return { name, ref: 'refs/heads/main', sha, payload: {} };
  }

  private async run(file: string, at: string, event: Happening, watch?: Watcher): Promise<JobResults> {
    const workflow: Workflow = parseWorkflow(await this.git.file(at, `${FOLDER}/${file}`));
    if (!(event.name in workflow.on)) throw new Error(`${file} is not started by ${event.name}`);
    const results = await this.#runner.run(`${FOLDER}/${file}`, workflow, event, watch);
    this.logs.push(...Object.values(results).map(({ log, summary }) => log + summary));
    return results;
  }

  /** All that anybody but the hosts was told. */
  get told(): string {
    const { artifacts, comments, issues } = this.api;
    return [
      ...this.logs,
      ...artifacts.flatMap(({ files }) => [...files.values()].map(String)),
      ...[...comments, ...issues].map(({ body }) => body),
    ].join('\n');
  }

  async close(): Promise<void> {
    await this.api.server.close();
    await this.#relay.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function theJob(results: JobResults, name: string): JobResult {
  const found = results[name];
  if (!found) throw new Error(`no job ${name}`);
  return found;
}
