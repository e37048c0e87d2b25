// Bundles src/ into dist/: the binary (dist/main.js), the library (dist/index.js) and its types. Bundling is for
// start-up time: hundreds of small modules cost more than the 0.15 s that `tapfleet --help` may take.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { embedPage } from './embed-page.mjs';

rmSync('dist', { recursive: true, force: true });
const common = {
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  // Bundled CommonJS packages ask for node's own modules through `require`, which an ES module does not have.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  external: ['ssh2', 'minijinja-js'],
  plugins: [embedPage],
  logLevel: 'warning',
};
// Apart from each other: what two of them share would be a chunk of its own, and each chunk takes a start-up some 0.3 ms.
for (const entryPoints of [
  { main: 'src/main.ts' },
  { index: 'src/index.ts' },
  { 'host-thread': 'src/fleet/threads/host-thread.ts' },
  { 'lab-server': 'src/lab/server.ts' },
]) {
  await build({ ...common, entryPoints });
}

const types = spawnSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (types.status !== 0) process.exitCode = 1;
