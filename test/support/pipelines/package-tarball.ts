/**
 * The package as it would be published, with what it loads at run time inside, so that the pipelines' own `npm install` needs
 * no registry. What is packed is told by package.json's `files` and nothing else.
 */
import { chmodSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../cli.ts';
import { must } from '../sshd-commands.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What `dist/` does not hold: see `external` in scripts/build.mjs. */
const EXTERNAL = ['ssh2'];

/** Path of the tarball, in the folder. */
export async function packTarball(folder: string): Promise<string> {
  const pack = async (cwd: string) => {
    const argv = ['npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    return join(folder, must(await runProcess(argv, { cwd }), 'npm pack').trim());
  };
  const plain = await pack(ROOT);
  must(await runProcess(['tar', '-xzf', plain, '-C', folder]), 'tar');
  const unpacked = join(folder, 'package');
  const query = EXTERNAL.flatMap((name) => [`#${name}`, `#${name} *`]).join(', ');
  const needs = await runProcess(['npm', 'query', query], { cwd: ROOT });
  for (const { location } of JSON.parse(needs.stdout) as { location: string }[]) {
    cpSync(join(ROOT, location), join(unpacked, location), { recursive: true });
  }
  const file = join(unpacked, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const dependencies = Object.fromEntries(EXTERNAL.map((name) => [name, manifest.dependencies[name]]));
  writeFileSync(file, JSON.stringify({ ...manifest, dependencies, bundleDependencies: EXTERNAL }));
  return pack(unpacked);
}

/**
 * What stands in for npm once it has really installed the package somewhere: seconds of each job become a link. The folder to
 * put before others in PATH.
 */
export function linkingNpm(folder: string, installed: string): string {
  const bin = mkdtempSync(join(folder, 'npm-'));
  const file = join(bin, 'npm');
  const link = `ln -s '${installed}/node_modules' "$3/node_modules"`;
  const script = `#!/bin/sh\n[ "$1 $2" = 'install --prefix' ] && mkdir -p "$3" && exec ${link}\n`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return bin;
}
