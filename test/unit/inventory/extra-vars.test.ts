import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExtraVars } from '../../../src/inventory/extra-vars.ts';
import { loadLimit } from '../../../src/inventory/limit-file.ts';
import { Vault } from '../../../src/vault/vault.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'extra-vars-'));
  await writeFile(join(folder, 'vars.yml'), 'a: 1\nb: [x]\n');
  await writeFile(join(folder, 'vars.json'), '{"a": {"b": true}}');
  await writeFile(join(folder, 'list.yml'), '- a\n');
  await writeFile(join(folder, 'failed.txt'), 'hv01\n\n hv02:!x \n');
});
afterAll(() => rm(folder, { recursive: true }));

const varsOf = async (...options: string[]) => {
  const { vars, diagnostics } = await loadExtraVars(options, new Vault());
  expect(diagnostics).toEqual([]);
  return Object.fromEntries([...vars].map(([name, { value }]) => [name, value]));
};

describe('loadExtraVars', () => {
  it.each<[string, string[], object]>([
    ['k=v is a string', ['a=1'], { a: '1' }],
    ['several words', ['a=1 b=yes'], { a: '1', b: 'yes' }],
    ['double quotes', ['a="v 2" b=3'], { a: 'v 2', b: '3' }],
    ['single quotes', ["a='v 2'"], { a: 'v 2' }],
    ['a quoted word', ['"a=v 2"'], { '"a': 'v 2"' }],
    ['quotes inside stay', ['a=x"y z"'], { a: 'x"y z"' }],
    ['an empty value', ['a='], { a: '' }],
    ['a second equals sign', ['a=b=c'], { a: 'b=c' }],
    ['escapes', ['a="x\\ny\\u00e9"'], { a: 'x\nyé' }],
    ['a template with spaces', ['a={{ b c }} d=1'], { a: '{{ b c }}', d: '1' }],
    ['JSON keeps types', ['{"a": 1, "b": [true]}'], { a: 1, b: [true] }],
    ['YAML keeps types', ['{a: 1, b: x}'], { a: 1, b: 'x' }],
    ['later wins', ['a=1', '{a: 2}'], { a: 2 }],
    ['nothing', [''], {}],
  ])('%s', async (_title, options, vars) => {
    expect(await varsOf(...options)).toEqual(vars);
  });

  it('knows where each stands', async () => {
    const file = join(folder, 'vars.yml');
    const { vars } = await loadExtraVars(['c=1  d="x y"\n e=2', '{f: 1, g: 2}', `@${file}`], new Vault());
    const places = [...vars].map(([name, { where }]) => [
      name,
      `${where?.file}:${where?.line}:${where?.column}`,
    ]);
    expect(Object.fromEntries(places)).toEqual({
      c: '--extra-vars:1:1',
      d: '--extra-vars:1:6',
      e: '--extra-vars:2:2',
      f: '--extra-vars:1:2',
      g: '--extra-vars:1:8',
      a: `${file}:1:1`,
      b: `${file}:2:1`,
    });
  });

  it('reads files', async () => {
    expect(await varsOf(`@${join(folder, 'vars.yml')}`)).toEqual({ a: 1, b: ['x'] });
    expect(await varsOf(`@${join(folder, 'vars.json')}`)).toEqual({ a: { b: true } });
  });

  it.each([
    ['a word without a key', 'a', '"a" has no key'],
    ['a value without a key', '=x', '"=x" has no key'],
    ['an open quote', 'a="x', 'is opened and never closed'],
    ['a YAML list', '[a]', 'is not a map'],
    ['a file without its @', './vars.yml', 'looks like a file'],
    ['broken JSON', '{"a"', 'not valid YAML'],
    ['a missing file', '@/no/such/file.yml', 'there is no such file'],
  ])('refuses %s', async (_title, option, problem) => {
    const { diagnostics } = await loadExtraVars([option], new Vault());
    expect(diagnostics.map((one) => one.summary)).toEqual([expect.stringContaining(problem)]);
  });

  it('refuses a file with a list, at its place', async () => {
    const { diagnostics } = await loadExtraVars([`@${join(folder, 'list.yml')}`], new Vault());
    expect(diagnostics[0]?.where).toEqual({ file: join(folder, 'list.yml'), line: 1, column: 1 });
  });
});

describe('loadLimit', () => {
  it('takes each line of a file whole', async () => {
    expect(await loadLimit(`web:&x,@${join(folder, 'failed.txt')}`)).toEqual({
      patterns: ['web:&x', 'hv01', 'hv02:!x'],
      diagnostics: [],
    });
  });

  it('reports a missing file', async () => {
    const { diagnostics } = await loadLimit('@/no/such.txt');
    expect(diagnostics.map((one) => one.summary)).toEqual([
      '/no/such.txt cannot be read: there is no such file',
    ]);
  });
});
