/** Do the shipped pipelines keep to their own rules: least rights, secrets in few places, nothing unpinned, no two applies? */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProcess } from '../support/cli.ts';
import { describeWith } from '../support/needs.ts';
import { SHIPPED } from '../support/pipelines/github-forge.ts';
import { mistakesIn } from '../support/pipelines/github-schema.ts';
import { jobsFor, parseGitlabFile } from '../support/pipelines/gitlab-file.ts';
import { SHIPPED_GITLAB } from '../support/pipelines/gitlab-forge.ts';
import { commandsIn } from '../support/pipelines/log-commands.ts';
import { parseWorkflow } from '../support/pipelines/workflow.ts';

const ROOT = join(import.meta.dirname, '../..');
const PIPELINES = join(ROOT, 'pipelines');
const files = readdirSync(SHIPPED).sort();
const read = (name: string) => readFileSync(join(SHIPPED, name), 'utf8');

it('ship with the package', () => {
  const { files: shipped } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(shipped).toContain('pipelines');
  expect(files).toEqual(['tapfleet-apply.yml', 'tapfleet-drift.yml', 'tapfleet-plan.yml']);
});

describe.each(files)('%s', (name) => {
  const workflow = parseWorkflow(read(name));
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  it('is a workflow, by GitHub’s own schema', async () => {
    expect(await mistakesIn(name, read(name))).toEqual([]);
    expect(await mistakesIn(name, read(name).replace('runs-on', 'run-on'))).not.toEqual([]);
    expect(await mistakesIn(name, read(name).replace('vars.TAPFLEET_PACKAGE', 'var.X'))).not.toEqual([]);
  });

  it('pins every action to a commit, with its version beside it', () => {
    const used = read(name).match(/uses: .*/g) ?? [];
    expect(used).toHaveLength(steps.filter(({ uses }) => uses).length);
    for (const line of used) expect(line).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('gives each job the rights that it needs, and the token to the steps that need it', () => {
    expect(workflow.permissions).toEqual({});
    const rights: Record<string, object> = {
      'tapfleet-plan.yml validate': { contents: 'read' },
      'tapfleet-plan.yml plan': {
        contents: 'read',
        'pull-requests': 'write',
        'security-events': 'write',
      },
      'tapfleet-apply.yml plan': { contents: 'read' },
      'tapfleet-apply.yml approve': {},
      'tapfleet-apply.yml apply': { contents: 'read', actions: 'read' },
      'tapfleet-drift.yml drift': { contents: 'read', issues: 'write' },
    };
    for (const [job, { permissions }] of jobs) expect(permissions).toEqual(rights[`${name} ${job}`]);
    for (const step of steps) {
      const tells = step.run?.includes('forge.mjs') === true;
      expect(step.env?.GITHUB_TOKEN === '${{ github.token }}').toBe(tells);
    }
  });

  it('has secrets in the step that writes them to files, and that in jobs of an environment', () => {
    for (const [, { steps: own, environment = '' }] of jobs) {
      for (const step of own) {
        const holds = JSON.stringify(step).includes('secrets.');
        expect(holds).toBe(step.name === 'Credentials');
        if (holds) expect(environment).toMatch(/^tapfleet-(plan|apply)$/);
      }
    }
    expect(read(name).match(/secrets\./g)).toHaveLength(
      4 * steps.filter((one) => one.name === 'Credentials').length,
    );
  });

  it('puts nothing of an event into a script', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });

  it('leaves no credentials in the work tree, and reads files as data', () => {
    for (const step of steps) {
      if (step.uses?.startsWith('actions/checkout@')) expect(step.with?.['persist-credentials']).toBe(false);
      if (/\btapfleet (plan|apply|drift|validate) /.test(step.run ?? '')) {
        expect(step.run).toContain('--inventory-commands refuse');
      }
      if (/\btapfleet (plan|apply|drift) /.test(step.run ?? ''))
        expect(step.run).toContain('--host-key-checking yes');
    }
  });

  it('ends in time', () => {
    for (const [, job] of jobs) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('installs the same in every job', () => {
    const installs = steps
      .filter((one) => one.name === 'Install tapfleet')
      .map(({ run = '' }) => run.split('\n')[0]);
    expect(new Set(installs).size).toBe(1);
    expect(installs[0]).toContain('--ignore-scripts');
  });
});

it('no two applies overlap, and none is broken off for another', () => {
  const { apply } = parseWorkflow(read('tapfleet-apply.yml')).jobs;
  expect(apply?.concurrency).toEqual({ group: 'tapfleet-apply', 'cancel-in-progress': false });
  expect(apply?.environment).toBe('tapfleet-apply');
});

it('a fork reaches no job with an environment', () => {
  const { plan, validate } = parseWorkflow(read('tapfleet-plan.yml')).jobs;
  expect(plan?.if).toBe('github.event.pull_request.head.repo.full_name == github.repository');
  expect(validate?.environment).toBeUndefined();
});

describe('the GitLab file', () => {
  const file = parseGitlabFile(readFileSync(SHIPPED_GITLAB, 'utf8'));
  const main = { CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main' };
  const request = { CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_PROJECT_ID: '1' };

  it.each([
    ['a merge request', { ...request, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1' }, ['tapfleet:plan']],
    ['one of a fork', { ...request, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2' }, ['tapfleet:validate']],
    [
      'a push to a branch',
      { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'x', CI_DEFAULT_BRANCH: 'main' },
      [],
    ],
    ['a push to main', { ...main, CI_PIPELINE_SOURCE: 'push' }, ['tapfleet:apply']],
    ['a schedule', { ...main, CI_PIPELINE_SOURCE: 'schedule' }, ['tapfleet:drift']],
    [
      'by hand',
      { ...main, CI_PIPELINE_SOURCE: 'web' },
      ['tapfleet:plan', 'tapfleet:approve', 'tapfleet:apply'],
    ],
  ])('of %s has these jobs', (_, variables, jobs) => {
    expect(jobsFor(file, variables)).toEqual(jobs);
  });

  it('lets no two applies overlap, and asks before one by hand', () => {
    const { 'tapfleet:apply': apply, 'tapfleet:approve': approve } = file.jobs;
    expect([apply?.resource_group, apply?.interruptible]).toEqual(['tapfleet-apply', false]);
    expect([approve?.rules[0]?.when, approve?.allow_failure]).toEqual(['manual', false]);
  });

  it('lets an exit code pass only where something else tells it', () => {
    const allowed = Object.entries(file.jobs).map(([name, job]) => [name, job.allow_failure ?? false]);
    expect(Object.fromEntries(allowed)).toEqual({
      'tapfleet:validate': false,
      'tapfleet:plan': { exit_codes: [4] },
      'tapfleet:approve': false,
      'tapfleet:apply': false,
      'tapfleet:drift': { exit_codes: [2] },
    });
  });
});

describe('scripts/', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tapfleet-pipelines-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const sh = (
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    cwd = folder,
  ) =>
    runProcess(['sh', join(PIPELINES, name), ...args], {
      cwd,
      env: { PATH: process.env.PATH ?? '', ...env },
    });

  it('logged.sh ends as its command does, and shows what it said where GitHub takes no orders from it', async () => {
    const say = 'echo out; echo "::set-output name=tree::evil" >&2; echo "a ##[add-path]/evil" >&2; exit 3';
    const log = join(folder, 'log');
    const there = await sh('logged.sh', [log, 'sh', '-c', say], { GITHUB_ACTIONS: 'true' });
    expect([there.code, there.stdout.split('\n')[0]]).toEqual([3, 'out']);
    expect(there.stdout).toContain('::set-output name=tree::evil');
    expect(commandsIn(there.stdout)).toEqual([]);
    expect(readFileSync(log, 'utf8')).toBe('::set-output name=tree::evil\na ##[add-path]/evil\n');
    const words = await Promise.all(
      [1, 2].map(() => sh('logged.sh', [log, 'true'], { GITHUB_ACTIONS: 'true' })),
    );
    expect(words[0]?.stdout).not.toBe(words[1]?.stdout);
    const elsewhere = await sh('logged.sh', [log, 'sh', '-c', say]);
    expect(commandsIn(elsewhere.stdout).map(({ name }) => name)).toEqual(['set-output', '##']);
  });

  it.each(['SIGINT', 'SIGTERM'])(
    'logged.sh passes %s on, once, and waits for what its command makes of it',
    async (signal) => {
      const command = `
      process.on('SIGTERM', () => { console.log('heard'); setImmediate(() => process.exit(130)); });
      process.kill(process.ppid, '${signal}');
      setInterval(() => {}, 1e6);`;
      const { code, stdout } = await sh('logged.sh', [join(folder, 'log'), process.execPath, '-e', command]);
      expect([code, stdout]).toEqual([130, 'heard\n']);
    },
  );

  it('credentials.sh writes files that nobody else may read, and prints no secret', async () => {
    const env = { TAPFLEET_SSH_KEY: 'key-text', TAPFLEET_KNOWN_HOSTS: 'hosts-text' };
    const all = { ...env, TAPFLEET_BECOME_PASSWORD: 'b3come', TAPFLEET_VAULT_PASSWORD: 'v4ult' };
    const place = join(folder, 'secrets');
    const { code, stdout, stderr } = await sh('credentials.sh', [place], all);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      `TAPFLEET_SSH_CONFIG=${place}/ssh_config\nANSIBLE_BECOME_PASSWORD_FILE=${place}/become\nANSIBLE_VAULT_PASSWORD_FILE=${place}/vault\n`,
    );
    for (const name of readdirSync(place)) expect(statSync(join(place, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(place, 'vault'), 'utf8')).toBe('v4ult\n');
    const few = await sh('credentials.sh', [join(folder, 'few')], env);
    expect(few.stdout).toBe(`TAPFLEET_SSH_CONFIG=${folder}/few/ssh_config\n`);
    const none = await sh('credentials.sh', [join(folder, 'none')], { TAPFLEET_SSH_KEY: 'key-text' });
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toMatch(/the secret TAPFLEET_KNOWN_HOSTS is not set/);
  });

  it('links-stay-inside.sh passes links inside, and none that leads out', async () => {
    const place = mkdtempSync(join(folder, 'links-'));
    writeFileSync(join(place, 'file'), '');
    symlinkSync('file', join(place, 'inside'));
    symlinkSync('nowhere', join(place, 'dangling'));
    expect((await sh('links-stay-inside.sh', [], {}, place)).code).toBe(0);
    for (const out of ['/etc/hostname', '..', `../${place.split('/').at(-1)}-2/x`, 'inside/../../x']) {
      symlinkSync(out, join(place, 'a b'));
      const { code, stderr } = await sh('links-stay-inside.sh', [], {}, place);
      expect([out, code, stderr]).toEqual([out, 1, expect.stringContaining('leads out of the repository')]);
      rmSync(join(place, 'a b'));
    }
  });
});

describeWith(['shellcheck'], 'the shell of the pipelines', () => {
  const blocks = files.flatMap((name) =>
    Object.entries(parseWorkflow(read(name)).jobs).flatMap(([job, { steps }]) =>
      steps.flatMap(({ run, name: step }): [string, string][] =>
        run === undefined ? [] : [[`${name} ${job} ${step}`, `#!/bin/bash\n${run}\n`]],
      ),
    ),
  );
  const { jobs } = parseGitlabFile(readFileSync(SHIPPED_GITLAB, 'utf8'));
  const scripts = Object.entries(jobs).map(([name, { before_script = [], script }]): [string, string] => [
    name,
    `#!/bin/bash\n${[...before_script, ...script].join('\n')}\n`,
  ]);
  const shipped = ['logged.sh', 'links-stay-inside.sh', 'credentials.sh', 'git/pre-commit'].map(
    (name): [string, string] => [name, readFileSync(join(PIPELINES, name), 'utf8')],
  );

  it.each([...blocks, ...scripts, ...shipped])('is sound: %s', async (_, text) => {
    // PLAYBOOKS is a list of words.
    const argv = ['shellcheck', '--exclude=SC2086', '--severity=info', '-'];
    const { stdout } = await runProcess(argv, { stdin: text });
    expect(stdout).toBe('');
  });
});

it('the hook can be copied as it is', () => {
  expect(statSync(join(PIPELINES, 'git/pre-commit')).mode & 0o111).toBe(0o111);
});
