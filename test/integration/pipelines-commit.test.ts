/** A commit that would break the fleet is not made: the shipped hook, and the hooks for pre-commit, in a real repository. */
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliResult, PROGRAM, runProcess } from '../support/cli.ts';
import { describeWith } from '../support/needs.ts';
import { must } from '../support/sshd-commands.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GOOD = '- hosts: all\n  macvtaps:\n    - {name: web0, lower: eno1}\n';
const BAD = GOOD.replace('lower', 'lowr');

describeWith(['git'], 'before a commit', () => {
  let folder: string;
  let repository: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tapfleet-commit-'));
    repository = join(folder, 'fleet');
    const bin = join(folder, 'bin');
    must(await runProcess(['mkdir', '-p', bin, repository, join(folder, 'tmp')]), 'mkdir');
    // As npm links it.
    writeFileSync(join(bin, 'tapfleet'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`, {
      mode: 0o755,
    });
    const who = { GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'a@example.com' };
    env = {
      ...who,
      GIT_COMMITTER_NAME: 'Ann',
      GIT_COMMITTER_EMAIL: 'a@example.com',
      GIT_CONFIG_NOSYSTEM: '1',
      HOME: folder,
      TMPDIR: join(folder, 'tmp'),
      LC_ALL: 'C.UTF-8',
      PATH: `${bin}:${process.env.PATH}`,
    };
    await git('init', '--quiet', '.');
    write('site.yml', GOOD);
    write('inventory', 'hv01\n');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFileSync(join(repository, name), text);
  const run = (...argv: string[]): Promise<CliResult> => runProcess(argv, { cwd: repository, env });
  const git = async (...args: string[]) => must(await run('git', ...args), `git ${args.join(' ')}`);
  const commit = () => run('git', 'commit', '--quiet', '-m', 'change');

  describe('the hook', () => {
    beforeEach(() =>
      copyFileSync(join(ROOT, 'pipelines/git/pre-commit'), join(repository, '.git/hooks/pre-commit')),
    );
    afterEach(async () => expect((await runProcess(['ls', '-A', join(folder, 'tmp')])).stdout).toBe(''));

    it('lets good files in, and stops bad ones with their place', async () => {
      await git('add', '.');
      expect((await commit()).code).toBe(0);
      write('site.yml', BAD);
      await git('add', '.');
      const stopped = await commit();
      expect([stopped.code, stopped.stderr]).toEqual([
        1,
        expect.stringMatching(/^site\.yml:3:20: error: unknown key/m),
      ]);
      expect(await git('rev-list', '--count', 'HEAD')).toBe('1\n');
      expect((await run('git', 'commit', '--quiet', '--no-verify', '-m', 'anyway')).code).toBe(0);
    });

    it('judges what is committed, not what lies beside it', async () => {
      await git('add', '.');
      write('site.yml', BAD);
      expect((await commit()).code).toBe(0);
      await git('add', '.');
      write('site.yml', GOOD.replace('eno1', 'eno2'));
      expect((await commit()).code).toBe(1);
      expect((await run('git', 'commit', '--quiet', '-m', 'all', '--all')).code).toBe(0);
    });
  });

  describeWith(['pre-commit'], 'pre-commit', () => {
    it('runs the hook that the repository of tapfleet offers, for files that matter', async () => {
      const offer = join(folder, 'offer');
      must(await runProcess(['git', 'init', '--quiet', offer], { env }), 'git init');
      copyFileSync(join(ROOT, '.pre-commit-hooks.yaml'), join(offer, '.pre-commit-hooks.yaml'));
      for (const args of [
        ['add', '.'],
        ['commit', '--quiet', '-m', 'hooks'],
        ['tag', 'v1'],
      ])
        must(await runProcess(['git', ...args], { cwd: offer, env }), 'git');
      write(
        '.pre-commit-config.yaml',
        JSON.stringify({
          repos: [{ repo: offer, rev: 'v1', hooks: [{ id: 'tapfleet-validate-installed' }] }],
        }),
      );
      must(await run('pre-commit', 'install'), 'pre-commit install');
      expect(existsSync(join(repository, '.git/hooks/pre-commit'))).toBe(true);
      await git('add', '.');
      const good = await commit();
      expect([good.code, good.stderr + good.stdout]).toEqual([
        0,
        expect.stringMatching(/tapfleet validate\.+Passed/),
      ]);
      write('notes.txt', 'nothing of ours');
      await git('add', '.');
      const other = await commit();
      expect([other.code, other.stderr + other.stdout]).toEqual([
        0,
        expect.stringMatching(/validate\.+.*Skipped/),
      ]);
      write('site.yml', BAD);
      await git('add', '.');
      const bad = await commit();
      expect([bad.code, bad.stderr + bad.stdout]).toEqual([
        1,
        expect.stringMatching(/^site\.yml:3:20: error: unknown key/m),
      ]);
    });
  });
});
