// Bundles src/ into dist/: what starts (dist/main.js), the program (dist/program.cjs, with what V8 compiles of it), the
// library (dist/index.js) and its types. All for start-up time: hundreds of small modules cost more than the 0.15 s that
// `tapfleet --help` may take.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { embedPage } from './embed-page.mjs';

rmSync('dist', { recursive: true, force: true });
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  plugins: [embedPage],
  logLevel: 'warning',
};
const modules = {
  ...common,
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  format: 'esm',
  // Bundled CommonJS packages ask for node's own modules through `require`, which an ES module does not have.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  external: ['ssh2', 'ssh2/*'],
};
// Apart from each other: what two of them share would be a chunk of its own, and each chunk takes a start-up some 0.3 ms.
for (const entryPoints of [
  { main: 'src/main.ts' },
  { index: 'src/index.ts' },
  { 'host-thread': 'src/fleet/threads/host-thread.ts' },
  { 'lab-server': 'src/lab/server.ts' },
]) {
  await build({ ...modules, entryPoints });
}
await build({
  ...common,
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/program.cjs',
  format: 'cjs',
  minifyWhitespace: true,
  banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': '__url' },
  // ssh2 does without them: compiled parts, which are not there on every machine.
  external: ['cpu-features', '*.node'],
});
await warmUp();

const types = spawnSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (types.status !== 0) process.exitCode = 1;

/** In a process of its own, for the flags it gives to V8. */
async function warmUp() {
  const folder = mkdtempSync(join(tmpdir(), 'tapfleet-build-'));
  try {
    const outfile = join(folder, 'warm-up.mjs');
    await build({
      ...common,
      entryPoints: ['scripts/warm-up.mjs'],
      outfile,
      format: 'esm',
    });
    const ran = spawnSync(process.execPath, [outfile, join(process.cwd(), 'dist')], { encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`scripts/warm-up.mjs failed:\n${ran.stdout}${ran.stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
