/** Does the program start from what was compiled, and just as well without it? Needs dist/, as the setup makes it. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setStartFlags } from '../../../src/cli/v8-flags.ts';
import { COMPILED_FILE, compiledProgram, PROGRAM_FILE } from '../../../src/files/compiled-program.ts';
import { runProcess } from '../../support/cli.ts';

const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapfleet-compiled-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['main.js', PROGRAM_FILE]) copyFileSync(join(DIST, name), join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const version = () => runProcess([process.execPath, join(folder, 'main.js'), '--version']);

test('V8 takes what the build has compiled, under the flags of a start', () => {
  setStartFlags();
  expect(compiledProgram(DIST).isCompiled).toBe(true);
});

test.each<[string, (file: string) => void]>([
  ['nothing', () => {}],
  ['something else', (file) => writeFileSync(file, 'no code')],
  ['what was compiled', (file) => copyFileSync(join(DIST, COMPILED_FILE), file)],
])('it starts with %s beside it', async (_title, write) => {
  write(join(folder, COMPILED_FILE));
  expect(await version()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

test('what belongs to another program is not taken', () => {
  copyFileSync(join(DIST, COMPILED_FILE), join(folder, COMPILED_FILE));
  writeFileSync(join(folder, PROGRAM_FILE), 'exports.main = () => 1;');
  const program = compiledProgram<{ main(): number }>(folder);
  expect([program.isCompiled, program.start().main()]).toEqual([false, 1]);
});
