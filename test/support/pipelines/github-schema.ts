/** What GitHub's own parser (`@actions/workflow-parser`) has against a workflow. It imports JSON as bundlers do and node does not. */
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';

interface Parser {
  readonly NoOperationTraceWriter: new () => object;
  readonly parseWorkflow: (
    file: { readonly name: string; readonly content: string },
    trace: object,
  ) => { readonly context: { readonly errors: { getErrors(): { readonly message: string }[] } } };
}

let parser: Promise<Parser> | undefined;

export async function mistakesIn(name: string, content: string): Promise<string[]> {
  parser ??= load();
  const { parseWorkflow, NoOperationTraceWriter } = await parser;
  const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}

async function load(): Promise<Parser> {
  const { outputFiles } = await build({
    entryPoints: ['@actions/workflow-parser'],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
  });
  const module = { exports: {} as Parser };
  const run = compileFunction(outputFiles[0]?.text ?? '', ['module', 'require']);
  run(module, createRequire(import.meta.url));
  return module.exports;
}
