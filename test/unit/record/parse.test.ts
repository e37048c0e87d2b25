/** What a record's lines come to: hosts that are finished, hosts of which nobody knows, records of earlier versions. */
import { expect, test } from 'vitest';
import { parseRecord } from '../../../src/record/parse.ts';
import { hostsToRerun, type Rerun } from '../../../src/record/rerun.ts';
import { inverseOfRun } from '../../../src/record/undo.ts';
import { renderRuns, runsDocument } from '../../../src/render/runs-text.ts';
import { styleOf } from '../../../src/render/style.ts';

const RUN = '20261125-044512078-3fa9c1';
const start = (version: string, hosts: readonly string[]) => ({
  record: 'start',
  format_version: version,
  run: RUN,
  started: '2026-11-25T04:45:12.078Z',
  command: 'apply',
  tapfleet: '0.1.0',
  controller: 'me@here',
  playbooks: ['site.yml'],
  inventory: [],
  hosts,
});
const made = (name: string) => ({ interface: name, owner: 'default', before: null });
const changing = (host: string, ...names: string[]) => ({
  record: 'changing',
  at: '',
  host,
  become: true,
  before: names.map(made),
});
const row = (host: string, status: string) => ({ host, status, changes: [] });
const finished = (host: string, status: string, ...undo: unknown[]) => ({
  record: 'host',
  at: '',
  row: row(host, status),
  undo,
});
const parsed = (...lines: object[]) => parseRecord(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
const record = (...lines: object[]) => {
  const run = parsed(...lines);
  if ('problem' in run) throw new Error(run.problem);
  return run;
};

test('a host that was begun and has no end may be changed: it is due again, and part of the way back', () => {
  const run = record(
    start('2.0', ['hv01', 'hv02', 'hv03']),
    changing('hv01', 'a0', 'b0'),
    changing('hv02', 'a0'),
    finished('hv01', 'failed', 'b0'),
  );
  const due = (rerun: Rerun) => [...hostsToRerun([run], run.start.hosts, rerun).hosts];
  expect(due('failed')).toEqual(['hv01', 'hv02']);
  expect(due('unfinished')).toEqual(['hv01', 'hv02', 'hv03']);
  expect(
    inverseOfRun(run, 'record').map(({ host, absent, become }) => [
      host,
      absent.map(({ name }) => name),
      become,
    ]),
  ).toEqual([
    ['hv01', ['b0'], true],
    ['hv02', ['a0'], true],
  ]);
  expect(renderRuns([{ run: RUN, record: run }], 'runs', styleOf(false))).toMatch(
    / 2 hosts: 0 changed, 1 unknown, 1 failed +killed, or still at work /,
  );
  expect(runsDocument([{ run: RUN, record: run }])).toMatchObject([
    { unknown: 1, summary: { hosts: 2, failed: 2 } },
  ]);
});

test('of a host that had moved and was planned again the last beginning counts', () => {
  const run = record(
    start('2.0', ['hv01']),
    changing('hv01', 'a0', 'b0'),
    changing('hv01', 'c0'),
    finished('hv01', 'changed', 'c0'),
  );
  expect(run.hosts.get('hv01')).toEqual({ row: row('hv01', 'changed'), become: true, undo: [made('c0')] });
});

test('a host on which nothing was done is not put back', () => {
  const run = record(start('2.0', ['hv01']), changing('hv01', 'a0'), finished('hv01', 'refused'));
  expect(inverseOfRun(run, 'record')).toEqual([]);
});

test('records of version 1 say what was in the line of the end', () => {
  const run = record(start('1.0', ['hv01']), {
    ...finished('hv01', 'changed', made('a0')),
    become: false,
  });
  expect(run.hosts.get('hv01')).toEqual({ row: row('hv01', 'changed'), become: false, undo: [made('a0')] });
});

test.each([
  ['a later version, whatever its lines are', [start('3.0', []), { record: 'new' }], /of format 3.0/],
  [
    'an end without its beginning',
    [start('2.0', ['hv01']), finished('hv01', 'changed', 'a0')],
    /line 2 .* begins/,
  ],
  ['another line', [start('2.0', []), { record: 'new' }, changing('hv01')], /line 2 is no line/],
  ['no first line', [changing('hv01')], /no first line/],
])('%s is said', (_title, lines, words) => {
  expect(parsed(...lines)).toEqual({ problem: expect.stringMatching(words) });
});

test.each([
  ['an interface without a name', { owner: 'default', before: null }],
  ['a state that is none', { interface: 'a0', owner: 'default', before: 'up' }],
  ['a list that is none', { interface: 'a0', owner: 'default', before: null, changed: 'mtu' }],
])('a record with %s is none', (_title, before) => {
  expect(
    parsed(start('2.0', ['hv01']), { ...changing('hv01'), before: [before] }, finished('hv01', 'failed')),
  ).toEqual({
    problem: 'line 2 is no line of a run record',
  });
});

test.each([
  ['mtu', '1500\nnetns exec x reboot'],
  ['mtu', -1],
  ['promisc', 'on'],
  ['source_macs', '52:54:00:00:00:01'],
])('what no interface can have is not put back: %s %j', (field, value) => {
  const fields = { lower: 'eno1', mode: 'bridge', state: 'up', [field]: value };
  const before = { interface: 'a0', owner: 'default', before: { fields, alias: '' }, changed: [field] };
  const [manifest] = inverseOfRun(
    record(
      start('2.0', ['hv01']),
      { ...changing('hv01'), before: [before] },
      finished('hv01', 'changed', 'a0'),
    ),
    'record',
  );
  expect([manifest?.before, manifest?.impossible]).toEqual([
    [],
    [{ kind: 'cannot-undo', interface: 'a0', message: expect.stringContaining(`no ${field} that`) }],
  ]);
});

test('a last line that was cut off is passed over', () => {
  const text = `${JSON.stringify(start('2.0', ['hv01']))}\n${JSON.stringify(changing('hv01', 'a0'))}\n{"record":"ho`;
  expect(parseRecord(text)).toMatchObject({ hosts: new Map([['hv01', { unknown: true }]]) });
});
