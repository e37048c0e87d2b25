/**
 * The lab as another account can run it: `labUp` and `labDown` with all they need in one directory, for the checkout
 * and its node_modules need not be readable to that account. Knows nothing of what is tested with it.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const exec = promisify(execFile);

/** Linux's unprivileged account, by number: /etc/passwd need not have it. */
const NOBODY = 65534;

/** What the CommonJS packages inside the bundle take for granted. */
const COMMONJS_NAMES = [
  'import { createRequire as bundleRequire } from "node:module";',
  'import { fileURLToPath as bundlePath } from "node:url";',
  'const require = bundleRequire(import.meta.url);',
  'const __filename = bundlePath(import.meta.url);',
  'const __dirname = bundlePath(new URL(".", import.meta.url));',
].join(' ');

/** Writes `lab-server.js` and `call.js` into `directory`, which must exist and be readable to all. */
export async function bundleLab(directory: string): Promise<void> {
  await build({
    absWorkingDir: new URL('../..', import.meta.url).pathname,
    entryPoints: {
      'lab-server': 'src/lab/server.ts',
      up: 'src/lab/up.ts',
      down: 'src/lab/down.ts',
    },
    outdir: directory,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['cpu-features', '*.node'],
    banner: { js: COMMONJS_NAMES },
    logLevel: 'error',
  });
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(directory, 'call.js'),
    [
      'import { labUp } from "./up.js"; import { labDown } from "./down.js";',
      'const [, , name, options] = process.argv;',
      'const answer = await { labUp, labDown }[name](JSON.parse(options));',
      'process.stdout.write(JSON.stringify(answer));',
    ].join('\n'),
  );
}

/** Calls the bundled `labUp` or `labDown` as the account nobody; rejects with what it said where it throws. */
export async function callAsNobody(
  directory: string,
  name: 'labUp' | 'labDown',
  options: object,
): Promise<unknown> {
  const { stdout } = await exec('setpriv', [
    ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
    ...[process.execPath, join(directory, 'call.js'), name, JSON.stringify(options)],
  ]);
  return JSON.parse(stdout);
}

/** Gives a directory to nobody. Needs root. */
export const NOBODY_OWNER = [NOBODY, NOBODY] as const;
