// How a script or a style of the HTML page gets into the program: `import text from './page/main.ts?embedded'` gives
// it bundled and minified, as text. One meaning for both readers of src/: esbuild (dist/) and Vite (the tests).
import { dirname, resolve } from 'node:path';
import { build } from 'esbuild';

const SUFFIX = '?embedded';
/** Browsers of 2022 and later: the page asks for nothing newer. */
const TARGET = ['chrome105', 'firefox110', 'safari16'];

async function bundled(path) {
  const { outputFiles, metafile } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    charset: 'ascii',
    format: 'iife',
    platform: 'browser',
    target: TARGET,
    logLevel: 'warning',
  });
  return {
    // The minifier writes a tab into a string as it is; a page that is printed on a terminal must not move it.
    text: outputFiles[0].text.trim().replaceAll('\t', '\\t'),
    files: Object.keys(metafile.inputs).map((file) => resolve(file)),
  };
}

/** For esbuild. */
export const embedPage = {
  name: 'embed-page',
  setup(bundle) {
    bundle.onResolve({ filter: /\?embedded$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.slice(0, -SUFFIX.length)),
      namespace: 'embedded',
    }));
    bundle.onLoad({ filter: /.*/, namespace: 'embedded' }, async ({ path }) => {
      const { text, files } = await bundled(path);
      return { contents: text, loader: 'text', watchFiles: files };
    });
  },
};

/** For Vite: the same answers, as a plugin of its kind. */
export const embedPageInTests = {
  name: 'embed-page',
  enforce: 'pre',
  resolveId(source, importer) {
    if (!source.endsWith(SUFFIX) || !importer) return null;
    return `\0embedded:${resolve(dirname(importer), source.slice(0, -SUFFIX.length))}.js`;
  },
  async load(id) {
    if (!id.startsWith('\0embedded:')) return null;
    const { text, files } = await bundled(id.slice('\0embedded:'.length, -'.js'.length));
    for (const file of files) this.addWatchFile(file);
    return `export default ${JSON.stringify(text)};`;
  },
};
