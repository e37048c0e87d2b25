import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labDown } from '../../src/lab/down.ts';
import type { Lab } from '../../src/lab/status.ts';
import { labUp } from '../../src/lab/up.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const PLAYBOOKS = readdirSync(join(REPOSITORY, 'playbooks')).filter((name) => name.endsWith('.yml'));

let base = '';
let lab: Lab;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'tapfleet-playbooks-'));
  lab = await labUp({ directory: join(base, 'lab'), portBase: 0 });
});
afterAll(async () => {
  await labDown({ directory: join(base, 'lab') });
  rmSync(base, { recursive: true, force: true });
});

function tapfleet(...words: string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/main.js', ...words], { cwd: REPOSITORY }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
    );
  });
}

// One lab for all: each playbook also has to clear away what the one before it declared.
describe.for(PLAYBOOKS)('playbooks/%s', (name) => {
  const playbook = join('playbooks', name);

  it('is valid for the inventory in the repository', async () => {
    expect(await tapfleet('validate', playbook, '-i', 'inventories/lab.yml')).toMatchObject({ code: 0 });
  });

  it('is applied, and a second plan is empty', async () => {
    const applied = await tapfleet('apply', playbook, '-i', lab.inventory, '-y');
    expect(applied, applied.text).toMatchObject({ code: 0 });
    const planned = await tapfleet('plan', playbook, '-i', lab.inventory, '--detailed-exitcode');
    expect(planned, planned.text).toMatchObject({ code: 0 });
  });
});
