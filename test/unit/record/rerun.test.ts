/** Who is due again, after several runs over different hosts. */
import { expect, test } from 'vitest';
import type { ReportHost, Status } from '../../../src/model/report.ts';
import type { RunRecord } from '../../../src/model/run-record.ts';
import { hostsToRerun } from '../../../src/record/rerun.ts';

const HOSTS = ['hv01', 'hv02', 'hv03'];

/** `undefined`: begun, and killed before the host was. */
function record(run: string, rows: Readonly<Record<string, Status | undefined>>): RunRecord {
  const line = (host: string, status: Status) => {
    const row = { host, status, changes: [] } as ReportHost;
    return [host, { record: 'host', at: '', row, become: false, undo: [] }] as const;
  };
  return {
    start: {
      record: 'start',
      format_version: '1.0',
      run,
      started: '',
      command: 'apply',
      tapfleet: '',
      controller: '',
      playbooks: ['site.yml'],
      inventory: [],
      hosts: Object.keys(rows),
    },
    hosts: new Map(Object.entries(rows).flatMap(([host, status]) => (status ? [line(host, status)] : []))),
    end: undefined,
  };
}

const due = (records: Iterable<RunRecord>, rerun: 'failed' | 'unfinished' = 'failed') => {
  const { hosts, runs } = hostsToRerun(records, HOSTS, rerun);
  return [[...hosts].sort().join(' '), runs.join(' ')];
};

const first = record('A', { hv01: 'failed', hv02: 'unreachable', hv03: 'changed' });

test('one run: who failed or was not reached', () => {
  expect(due([first])).toEqual(['hv01 hv02', 'A']);
  expect(due([record('A', { hv01: 'refused', hv02: 'rolled-back', hv03: 'in-sync' })])[0]).toBe('hv01 hv02');
});

test('a run over a part of the hosts forgets no other', () => {
  expect(due([record('B', { hv01: 'changed' }), first])).toEqual(['hv02', 'B A']);
  expect(due([record('C', { hv03: 'failed' }), record('B', { hv01: 'changed' }), first])).toEqual([
    'hv02 hv03',
    'C B A',
  ]);
});

test('a run that did not try a host says nothing of whether it failed', () => {
  const passedOver = record('B', { hv01: 'skipped', hv02: undefined, hv03: 'changes' });
  expect(due([passedOver, first])).toEqual(['hv01 hv02', 'A']);
  expect(due([passedOver, first], 'unfinished')).toEqual(['hv01 hv02 hv03', 'B']);
});

test('no more runs are read than are needed', () => {
  function* records() {
    yield first;
    throw new Error('one too many');
  }
  expect(due(records())[0]).toBe('hv01 hv02');
});

test('hosts that the run is not about are not due', () => {
  expect(due([record('A', { gone: 'failed', hv01: 'changed' })])).toEqual(['', 'A']);
});
