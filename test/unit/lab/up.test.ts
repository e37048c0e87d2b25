import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labDown } from '../../../src/lab/down.ts';
import { labStatus } from '../../../src/lab/status.ts';
import { labUp } from '../../../src/lab/up.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tapfleet-up-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('labUp refuses before it makes anything', () => {
  it.each([
    [{ hosts: 0 }, /0 hosts/],
    [{ hosts: 51 }, /51 hosts/],
    [{ hosts: 1.5 }, /1.5 hosts/],
    [{ portBase: 65535, hosts: 2 }, /ports from 65535/],
    [{ portBase: -1 }, /ports from -1/],
  ])('%j', async (options, message) => {
    const directory = join(base, 'lab');
    await expect(labUp({ directory, kind: 'simulated', ...options })).rejects.toThrow(message);
    expect(existsSync(directory)).toBe(false);
  });

  it('somebody’s own file where the lab would write', async () => {
    writeFileSync(join(base, 'inventory.yml'), 'mine');
    await expect(labUp({ directory: base, kind: 'simulated' })).rejects.toThrow(
      /inventory\.yml is there already/,
    );
    expect(await labStatus({ directory: base })).toBeUndefined();
    expect(await labDown({ directory: base })).toEqual({ removed: false });
    expect(existsSync(join(base, 'inventory.yml'))).toBe(true);
  });
});
