/** Do the commands work that "lab up" tells people to type, from where they are? */
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { labDown } from '../../src/lab/down.ts';
import { PROGRAM, runCli, runProcess } from '../support/cli.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tapfleet-hints-')));
});
afterEach(async () => {
  for (const name of ['my lab', '.tapfleet/lab']) await labDown({ directory: join(folder, name) });
  rmSync(folder, { recursive: true });
});

const up = async (port: number, ...args: string[]) => {
  const kind = ['--kind', 'simulated', '--hosts', '1', '--port-base', String(port)];
  const { code, stdout, stderr } = await runCli(['lab', 'up', ...kind, ...args], { cwd: folder });
  expect([code, stderr]).toEqual([0, expect.stringContaining('simulated')]);
  return stdout.split('\n').slice(1, -1);
};
/** As a person types it, with the program in place of its name. */
const type = (line: string | undefined) =>
  runProcess(['sh', '-c', (line ?? '').replace(/^ *tapfleet/, `'${process.execPath}' '${PROGRAM}'`)], {
    cwd: folder,
  });

it('names a playbook that there is and the lab that was made, wherever that is', async () => {
  const [plan, apply, down] = await up(23871, '--directory', 'my lab');
  expect(apply).toMatch(/^ {2}tapfleet apply .* -i 'my lab\/inventory.yml'$/);
  expect((await type(plan)).code).toBe(0);
  expect(down).toBe("  tapfleet lab down --directory 'my lab'");
  const again = await runCli(['lab', 'up', '--kind', 'simulated', '--directory', 'my lab'], { cwd: folder });
  expect(again.stderr).toContain(`end it with "tapfleet lab down --directory 'my lab'" first`);
  expect(await type(down)).toMatchObject({ code: 0, stdout: 'the lab is gone\n' });
  expect(existsSync(join(folder, 'my lab'))).toBe(false);
});

it('takes the playbook of the working directory before its own, and the usual lab without a word', async () => {
  mkdirSync(join(folder, 'playbooks'));
  writeFileSync(join(folder, 'playbooks/lab.yml'), '- {hosts: all, macvtaps: []}\n');
  const hints = await up(23872);
  expect(hints).toEqual([
    '  tapfleet plan playbooks/lab.yml -i .tapfleet/lab/inventory.yml',
    '  tapfleet apply playbooks/lab.yml -i .tapfleet/lab/inventory.yml',
    '  tapfleet lab down',
  ]);
});
