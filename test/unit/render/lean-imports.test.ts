/** Start-up time is a promise: what every command loads must not bring in a package that only some of them need. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const RUNTIME_IMPORT = /^(?:import|export) (?!type )[^;]*?from '([^'?]+)(?:\?embedded)?';/gm;

function packagesBehind(url: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(url.href)) return seen;
  seen.add(url.href);
  for (const [, target = ''] of readFileSync(url, 'utf8').matchAll(RUNTIME_IMPORT)) {
    if (target.startsWith('.')) packagesBehind(new URL(target, url), seen);
    else seen.add(target);
  }
  return seen;
}

const packagesOf = (file: string) =>
  [...packagesBehind(new URL(`../../../src/${file}`, import.meta.url))].filter(
    (one) => !one.startsWith('file:'),
  );

it('what every command loads draws no format', () => {
  const seen = new Set<string>();
  packagesBehind(new URL('../../../src/main.ts', import.meta.url), seen);
  packagesBehind(new URL('../../../src/cli/program.ts', import.meta.url), seen);
  packagesBehind(new URL('../../../src/cli/formats.ts', import.meta.url), seen);
  const drawing = [...seen].filter((one) =>
    /render\/(markdown|github|junit|sarif|mermaid|prometheus|json)/.test(one),
  );
  expect(seen.size).toBeGreaterThan(8);
  expect(drawing).toEqual([]);
});

it.each([
  ['render/plan-text.ts', ['node:crypto']],
  ['render/report-text.ts', ['node:crypto']],
  ['render/text.ts', ['node:crypto']],
  ['render/diagnostics-text.ts', []],
  ['render/json.ts', []],
  ['render/markdown.ts', ['node:crypto']],
  ['render/github.ts', ['node:crypto']],
  ['render/junit.ts', ['node:crypto']],
  ['render/mermaid.ts', ['node:crypto']],
  ['render/sarif.ts', ['node:crypto']],
  ['render/prometheus.ts', []],
  ['render/watch-metrics.ts', []],
  ['render/html.ts', ['node:crypto']],
  ['render/html/page/main.ts', []],
  ['render/inventory-text.ts', []],
  ['render/style.ts', ['picocolors']],
  ['render/progress.ts', ['node:readline']],
  ['render/unified-diff.ts', ['diff', 'yaml']],
  ['report/build.ts', []],
  ['report/exit-code.ts', []],
  ['report/merge.ts', ['node:crypto']],
  ['report/schema.ts', ['zod']],
  ['report/read.ts', ['zod']],
])('%s loads %j and no other package', (file, packages) => {
  expect(packagesOf(file).sort()).toEqual(packages);
});
