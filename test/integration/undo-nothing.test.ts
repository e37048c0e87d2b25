/** What does an undo say of a run that changed nothing? Records written by hand: no host is asked. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

const CHANGED = '20260101-000000000-aaaaaa';
const IDLE = '20260102-000000000-bbbbbb';
const KILLED = '20260103-000000000-cccccc';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapfleet-undo-'));
  writeFileSync(
    join(folder, 'hosts.yml'),
    'all: {hosts: {hv01: {ansible_host: 127.0.0.1, ansible_port: 1}}}\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

function record(run: string, undo: readonly object[], ended = true): void {
  const start = {
    ...{ record: 'start', format_version: '1.0', run, started: '2026-01-01T00:00:00.000Z' },
    ...{
      command: 'apply',
      tapfleet: '0',
      controller: 'me@here',
      playbooks: [],
      inventory: [],
      hosts: ['hv01'],
    },
  };
  const row = { host: 'hv01', status: undo.length > 0 ? 'changed' : 'in-sync', changes: [] };
  const host = { record: 'host', at: start.started, row, become: false, undo };
  const end = { record: 'end', ended: start.started, interrupted: false, summary: {} };
  const lines = ended ? [start, host, end] : [start];
  writeFileSync(join(folder, `${run}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

const made = [{ interface: 'web0', owner: 'default', before: null }];
const undo = (run: string, ...args: string[]) =>
  runCli(['undo', run, '-i', 'hosts.yml', '--record', '.', '--yes', ...args], { cwd: folder });

it('last: names the run, and the one before that changed something, and does nothing', async () => {
  record(CHANGED, made);
  record(IDLE, []);
  const before = readdirSync(folder);
  const { code, stdout, stderr } = await undo('last');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`the run ${IDLE} changed nothing; the last run that did is ${CHANGED}`);
  expect(stderr).toContain(`"tapfleet undo ${CHANGED} --record ." puts back what it changed`);
  expect(readdirSync(folder)).toEqual(before);
});

it('last: says so where no run changed anything', async () => {
  record(IDLE, []);
  const { code, stdout } = await undo('last');
  expect([code, stdout]).toEqual([0, `Nothing to undo: the run ${IDLE} changed nothing.\n`]);
});

it('a run by its name: says so, also where a report is wanted', async () => {
  record(CHANGED, made);
  record(IDLE, []);
  const text = await undo(IDLE);
  expect([text.code, text.stdout]).toEqual([0, `Nothing to undo: the run ${IDLE} changed nothing.\n`]);
  const json = await undo(IDLE, '--format', 'json');
  expect([json.code, JSON.parse(json.stdout).hosts]).toEqual([0, []]);
  expect(json.stderr).toContain(`Nothing to undo: the run ${IDLE} changed nothing.`);
});

it('does not say of a run that was killed that it changed nothing', async () => {
  record(KILLED, [], false);
  expect((await undo(KILLED)).stdout).toBe(
    `Nothing to undo: the run ${KILLED} has no change written down.\n`,
  );
});
