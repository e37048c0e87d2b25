import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFile, whyNotReplaceable } from '../../../src/files/replace-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapfleet-replace-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('writes a file and replaces it', async () => {
  const path = join(folder, 'a');
  expect(await whyNotReplaceable(path)).toBeUndefined();
  await replaceFile(path, 'one, and longer');
  await replaceFile(path, 'two');
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(await whyNotReplaceable(path)).toBeUndefined();
});

it('leaves nothing behind where it cannot', async () => {
  mkdirSync(join(folder, 'sub', 'full'), { recursive: true });
  expect(await whyNotReplaceable(join(folder, 'sub'))).toMatch(/sub is not a regular file$/);
  await expect(replaceFile(join(folder, 'sub'), 'x')).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['sub']);
});
