/** A record without its secrets is still one: what an undo needs stays, whatever somebody has for a password. */
import { expect, test } from 'vitest';
import type { RecordLine } from '../../../src/model/run-record.ts';
import { hideInLine } from '../../../src/record/hide-secrets.ts';
import { valueHider } from '../../../src/render/hide-secrets.ts';

const change = (alias: string, description: string): RecordLine => ({
  record: 'changing',
  at: '2026-11-25T04:45:12.078Z',
  host: 'lab03',
  become: false,
  before: [
    {
      interface: 'web0',
      owner: 'default',
      before: {
        fields: { lower: 'eno1', mode: 'bridge', mtu: 1458, alias: description, state: 'down' },
        alias,
      },
      changed: ['mode', 'state'],
    },
  ],
});
const MARKED = 'tapfleet:1 owner=default lower=eno1 mode=bridge mtu=1458 state=down';

test('words, names and numbers of what was before stay', () => {
  const words = [
    'tapfleet',
    'default',
    'eno1',
    'bridge',
    '1458',
    'lab03',
    'web0',
    'changing',
    'down',
    'mode',
  ];
  const line = change(MARKED, '');
  expect(hideInLine(line, valueHider(words))).toEqual(line);
});

test('a description is hidden, behind a mark too, and as the mark writes it', () => {
  const hide = valueHider(['hun#ter2']);
  expect(hideInLine(change('by hun#ter2', 'by hun#ter2'), hide)).toEqual(
    change('by ********', 'by ********'),
  );
  expect(hideInLine(change(`${MARKED} -- a hun%23ter2`, ''), hide)).toEqual(
    change(`${MARKED} -- a ********`, ''),
  );
  expect(hideInLine(change(`${MARKED} -- 5 %25`, ''), hide)).toEqual(change(`${MARKED} -- 5 %25`, ''));
});

test('what a row tells is hidden, and what it is about is named', () => {
  const line: RecordLine = {
    record: 'host',
    at: '',
    row: {
      host: 'lab03',
      status: 'failed',
      changes: [],
      error: { kind: 'kernel', message: 'web0 of lab03: failed a long sec…', interface: 'web0' },
      warnings: ['hunter2'],
    },
    undo: ['web0'],
  };
  const hide = valueHider(['web0', 'lab03', 'failed', 'kernel', 'hunter2', 'a long secret']);
  expect(hideInLine(line, hide)).toEqual({
    ...line,
    row: {
      ...line.row,
      error: { kind: 'kernel', message: '******** of ********: ******** ********…', interface: 'web0' },
      warnings: ['********'],
    },
  });
});

test('the other lines keep what is read back', () => {
  const start: RecordLine = {
    record: 'start',
    format_version: '2.0',
    run: '20261125-044512078-3fa9c1',
    started: '',
    command: 'apply',
    tapfleet: '0.1.0',
    controller: 'root@here',
    playbooks: ['apply/start.yml'],
    inventory: ['apply/hosts'],
    hosts: ['lab03'],
  };
  expect(hideInLine(start, valueHider(['start', 'apply', 'lab03', 'root', 'record']))).toEqual({
    ...start,
    controller: '********@here',
    inventory: ['********/hosts'],
  });
});
