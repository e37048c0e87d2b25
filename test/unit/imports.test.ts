/** Which way imports go, and which file alone opens each bought package. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** What each file imports: `dir/file.ts` under src, or a package. */
const edges = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8');
  const found = text.matchAll(/(?:\bfrom |^import |\bimport\()'([^'?]+)(?:\?embedded)?'/gm);
  return [...found].map(([, to = '']) => ({
    from: file,
    to: to.startsWith('.')
      ? relative(SRC, join(SRC, dirname(file), to))
      : to.replace(/^((?:@[^/]+\/)?[^/]+).*/, '$1'),
  }));
});

const IO = /^(node:(?!crypto|util|path|readline)|ssh2|(remote|fleet|load|cli|lab|files)\/)/;
const DOORS: Record<string, RegExp> = {
  yaml: /^(yaml\/|render\/yaml-text\.ts)/,
  ssh2: /^(remote|lab)\//,
  read: /^cli\/ask-secret\.ts/,
  diff: /^render\/unified-diff\.ts/,
  picocolors: /^render\/style\.ts/,
  // Types alone: nothing of it is in the program.
  sarif: /^render\/sarif\.ts/,
  commander: /^cli\//,
  zod: /(schema|lab\/state)\.ts$/,
  'fastest-levenshtein': /^(playbook\/closest|inventory\/parse-yaml-inventory)\.ts/,
};

test.each<[string, (edge: { from: string; to: string }) => boolean]>([
  [
    'model imports the model alone',
    ({ from, to }) => from.startsWith('model/') && !/^(model\/|node:(crypto|util)$)/.test(to),
  ],
  [
    'planning, iproute, render and report do no input or output',
    ({ from, to }) => /^(planning|iproute|render|report)\//.test(from) && IO.test(to),
  ],
  [
    'the page in the browser knows nothing of node',
    ({ from, to }) => from.startsWith('render/html/page/') && to.startsWith('node:'),
  ],
  [
    'watch decides: it reaches nobody, but for the one file that serves HTTP',
    ({ from, to }) => from.startsWith('watch/') && from !== 'watch/serve.ts' && IO.test(to),
  ],
  [
    'threads have one door',
    ({ from, to }) => to === 'node:worker_threads' && !from.startsWith('fleet/threads/'),
  ],
  ['HTTP has one door', ({ from, to }) => to === 'node:http' && from !== 'watch/serve.ts'],
  [
    'only main and the command line import the command line',
    ({ from, to }) => to.startsWith('cli/') && !/^(main\.ts|cli\/)/.test(from),
  ],
  [
    'a bought package has one door',
    ({ from, to }) =>
      !/^(node:|[a-z-]+\/[\w/-]+\.(?:ts|css)$|[a-z-]+\.ts$)/.test(to) && !DOORS[to]?.test(from),
  ],
])('%s', (_title, forbidden) => {
  expect(edges.length).toBeGreaterThan(200);
  expect(edges.filter(forbidden).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});
