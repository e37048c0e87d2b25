/**
 * The git side of a forge: a bare repository, a clone that people work in, and what was pushed as the repository's own hook
 * tells it. Merges of pull requests are made as a forge makes them, without a work tree.
 */
import { appendFileSync, chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runProcess } from '../cli.ts';
import { must } from '../sshd-commands.ts';

export interface Push {
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

/** Text, or with its mode. */
export type Files = Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>;

export class GitForge {
  readonly bare: string;
  readonly clone: string;
  readonly #pushes: string;
  readonly #env: Record<string, string>;

  static async make(folder: string): Promise<GitForge> {
    const forge = new GitForge(folder);
    mkdirSync(forge.clone);
    await forge.git(folder, 'init', '--quiet', '--bare', '--initial-branch', 'main', forge.bare);
    // Shallow fetches of commits, as forges allow them.
    await forge.git(forge.bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    const hook = join(forge.bare, 'hooks/post-receive');
    writeFileSync(hook, `#!/bin/sh\ncat >> '${forge.#pushes}'\n`);
    chmodSync(hook, 0o755);
    await forge.work('init', '--quiet', '--initial-branch', 'main', '.');
    await forge.work('remote', 'add', 'origin', forge.bare);
    return forge;
  }

  private constructor(folder: string) {
    this.bare = join(folder, 'fleet.git');
    this.clone = join(folder, 'clone');
    this.#pushes = join(folder, 'pushes');
    appendFileSync(this.#pushes, '');
    const who = (role: string) => ({ [`GIT_${role}_NAME`]: 'Ann', [`GIT_${role}_EMAIL`]: 'ann@example.com' });
    this.#env = {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      ...who('AUTHOR'),
      ...who('COMMITTER'),
    };
  }

  async git(cwd: string, ...args: readonly string[]): Promise<string> {
    return must(await runProcess(['git', ...args], { cwd, env: this.#env }), `git ${args.join(' ')}`).trim();
  }

  work(...args: readonly string[]): Promise<string> {
    return this.git(this.clone, ...args);
  }

  /** Writes, commits and pushes to a branch, which begins at main where it is new; gives back the commit. */
  async push(branch: string, files: Files, message = 'change'): Promise<string> {
    await this.#switchTo(branch);
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.clone, name);
      mkdirSync(dirname(path), { recursive: true });
      const { text, mode } = typeof content === 'string' ? { text: content, mode: 0o644 } : content;
      writeFileSync(path, text);
      chmodSync(path, mode);
    }
    await this.work('add', '--all');
    await this.work('commit', '--quiet', '--allow-empty', '-m', message);
    await this.work('push', '--quiet', 'origin', branch);
    return this.work('rev-parse', 'HEAD');
  }

  /** A symbolic link, committed and pushed. */
  async pushLink(branch: string, name: string, target: string): Promise<string> {
    await this.#switchTo(branch);
    mkdirSync(dirname(join(this.clone, name)), { recursive: true });
    symlinkSync(target, join(this.clone, name));
    return this.push(branch, {}, 'link');
  }

  async #switchTo(branch: string): Promise<void> {
    const there = await runProcess(['git', 'rev-parse', '--verify', '--quiet', branch], { cwd: this.clone });
    const empty = await runProcess(['git', 'rev-parse', '--verify', '--quiet', 'HEAD'], { cwd: this.clone });
    if (empty.code !== 0) return;
    if (there.code === 0) await this.work('checkout', '--quiet', branch);
    else await this.work('checkout', '--quiet', '-b', branch, 'main');
  }

  /** Makes the merge of a branch into main that a forge keeps for a pull request; gives back the head. */
  async offer(branch: string, number: number): Promise<string> {
    const head = await this.git(this.bare, 'rev-parse', branch);
    const tree = await this.git(this.bare, 'merge-tree', '--write-tree', 'main', branch);
    const parents = ['-p', 'main', '-p', branch];
    const merge = await this.git(
      this.bare,
      'commit-tree',
      tree,
      ...parents,
      '-m',
      `Merge ${branch} into main`,
    );
    await this.git(this.bare, 'update-ref', `refs/pull/${number}/merge`, merge);
    await this.git(this.bare, 'update-ref', `refs/pull/${number}/head`, head);
    return head;
  }

  /** Merges into main and pushes, as the button on a forge does; gives back the commit. */
  async merge(branch: string, how: '--no-ff' | '--squash' = '--no-ff'): Promise<string> {
    await this.work('checkout', '--quiet', 'main');
    await this.work('merge', '--quiet', how, ...(how === '--no-ff' ? ['-m', `Merge ${branch}`] : []), branch);
    if (how === '--squash') await this.work('commit', '--quiet', '-m', branch);
    await this.work('push', '--quiet', 'origin', 'main');
    return this.work('rev-parse', 'HEAD');
  }

  file(ref: string, path: string): Promise<string> {
    return this.git(this.bare, 'show', `${ref}:${path}`);
  }

  /** What was pushed since this was asked last. */
  pushed(): Push[] {
    const lines = readFileSync(this.#pushes, 'utf8').split('\n').filter(Boolean);
    writeFileSync(this.#pushes, '');
    return lines.map((line) => {
      const [before = '', after = '', ref = ''] = line.split(' ');
      return { before, after, ref };
    });
  }
}
