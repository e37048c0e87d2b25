// Parts of src/ that are not in dist/'s library, as a module that node can import: bundled when they are needed.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Path of a module that exports what these files under src/ do. */
export async function fromSource(stage, name, files) {
  const outfile = join(stage.folder, `${name}.mjs`);
  const contents = files.map((file) => `export * from './src/${file}';`).join('\n');
  await build({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  return outfile;
}
