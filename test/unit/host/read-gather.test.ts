/** A host's answer read: holders, versions, root, and why an answer is none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readApply } from '../../../src/host/read-apply.ts';
import { explainSilence, readGather, readObserved } from '../../../src/host/read-gather.ts';
import type { ObservedState } from '../../../src/model/observed.ts';
import { rawLink, rawTap } from '../../support/builders.ts';

const TEXT_4_11 = readFileSync(
  join(import.meta.dirname, '../../cases/links/host.ip-d-o-link-show-type-macvtap.4.11.txt'),
  'utf8',
);

const WHOLE = {
  host: '0\n6.1.0-13-amd64\nip utility, iproute2-6.1.0, libbpf 1.1.2\n',
  help: 'Usage: ... macvtap mode MODE [ bcqueuelen BC_QUEUE_LEN ]\n',
  management: '2: eno1    inet 10.0.0.7/24 brd 10.0.0.255 scope global eno1\\       valid_lft forever\n',
  links: JSON.stringify([rawLink('eno1'), rawTap('web0')]),
  holders: 'D f6:1 web0\n',
};

function observed(parts: Partial<Record<keyof typeof WHOLE | 'text' | 'aliases', string>>): ObservedState {
  const reading = readObserved(new Map(Object.entries({ ...WHOLE, ...parts })));
  if ('problem' in reading) throw new Error(reading.problem.message);
  return reading.observed;
}

test('a whole answer', () => {
  const state = observed({});
  expect({ ...state, links: [...state.links.keys()], macvtaps: [...state.macvtaps.keys()] }).toEqual({
    kernel: '6.1.0-13-amd64',
    iproute2: 'iproute2-6.1.0, libbpf 1.1.2',
    root: true,
    knowsBcqueuelen: true,
    managementDevice: 'eno1',
    prints: new Map(),
    links: ['eno1', 'web0'],
    macvtaps: ['web0'],
  });
});

describe('holders', () => {
  test.each([
    ['nobody', 'D f6:1 web0\n', []],
    ['one', 'D f6:1 web0\nF f6:1 4711 open qemu-system-x86\n', [{ pid: 4711, command: 'qemu-system-x86' }]],
    [
      'two with several queues, by number',
      'D f6:1 web0\nF f6:1 99 open b\nF f6:1 7 open a\nF f6:1 7 open a\n',
      [
        { pid: 7, command: 'a' },
        { pid: 99, command: 'b' },
      ],
    ],
    [
      'a guest of libvirt’s',
      'D f6:1 web0\nF f6:1 7 open qemu-system-x86\nG 7 guest=web,debug-threads=on\n',
      [{ pid: 7, command: 'qemu-system-x86', guest: 'web' }],
    ],
    [
      'a guest named the old way',
      'D f6:1 web0\nG 7 web\nF f6:1 7 open qemu\n',
      [{ pid: 7, command: 'qemu', guest: 'web' }],
    ],
    ['a name with spaces', 'D f6:1 web0\nF f6:1 7 open CPU 0/KVM\n', [{ pid: 7, command: 'CPU 0/KVM' }]],
    ['a name that is gone', 'D f6:1 web0\nF f6:1 7 open \n', [{ pid: 7, command: '' }]],
    ['another’s device', 'D f6:1 web0\nF f6:11 7 open a\n', []],
    ['a tap that was deleted, its number used again', 'D f6:1 web0\nF f6:1 7 stale a\n', []],
    ['blind, nobody seen', 'D f6:1 web0\nblind\n', 'unknown'],
    ['blind, one seen', 'blind\nD f6:1 web0\nF f6:1 7 open a\n', [{ pid: 7, command: 'a' }]],
    ['not looked for', '', 'unknown'],
    ['looked for on another interface only', 'D f6:2 web1\n', 'unknown'],
  ])('%s', (_title, holders, expected) => {
    expect(observed({ holders }).macvtaps.get('web0')?.holders).toEqual(expected);
  });

  test('a login that is not root cannot tell', () => {
    const host = '1000\n6.1\nip utility, iproute2-6.1.0\n';
    const state = observed({ host });
    expect([state.root, state.macvtaps.get('web0')?.holders]).toEqual([false, 'unknown']);
  });
});

describe('marks', () => {
  test('ours is taken apart, the alias kept as it is', () => {
    const alias = 'tapfleet:1 owner=default mtu=1500 -- 100%25';
    const state = observed({ links: JSON.stringify([rawTap('web0', {}, { ifalias: alias })]) });
    const tap = state.macvtaps.get('web0');
    expect([tap?.mark?.owner, tap?.fields.alias, tap?.rawAlias]).toEqual(['default', '100%', alias]);
  });

  test('somebody else’s alias is a description', () => {
    const tap = observed({ links: JSON.stringify([rawTap('web0', {}, { ifalias: 'db' })]) }).macvtaps.get(
      'web0',
    );
    expect([tap?.mark, tap?.fields.alias]).toEqual([undefined, 'db']);
  });
});

test('a host without `ip -j` is read from text, its aliases from sysfs', () => {
  const state = observed({
    host: '0\n3.10.0\nip utility, iproute2-ss170501\n',
    help: 'Usage: ... macvtap mode MODE\n',
    links: '',
    text: TEXT_4_11,
    aliases: 'mvt-web1 tapfleet:1 owner=default\n',
  });
  expect(state.macvtaps.size).toBe(6);
  expect(state.macvtaps.get('mvt-web1')?.mark?.owner).toBe('default');
  expect(state.macvtaps.get('mvt-web2')?.rawAlias).toBe('');
  expect(state.knowsBcqueuelen).toBe(false);
});

test.each([
  ['no ip at all', { host: '0\n6.1\nno-ip\nsh: ip: not found\n' }, 'missing-tool', /install iproute2/],
  [
    'BusyBox’s ip',
    { host: '0\n6.1\nip: invalid option\nBusyBox v1.35.0\n', links: '' },
    'missing-tool',
    /BusyBox/,
  ],
  ['JSON that is none', { links: '[{"ifname":' }, 'bad-answer', /iproute2-6.1.0/],
])('%s', (_title, parts, kind, message) => {
  const reading = readObserved(new Map(Object.entries({ ...WHOLE, ...parts })));
  expect(reading).toEqual({ problem: { kind, message: expect.stringMatching(message) } });
});

test('a connection without an address tells no management device', () => {
  expect(observed({ management: '' }).managementDevice).toBeUndefined();
});

describe('silence', () => {
  test.each([
    [
      'the connection broke',
      { stdout: 'half', stderr: '', code: undefined },
      'connection-lost',
      /before the answer was whole: half/,
    ],
    ['no shell', { stdout: '', stderr: 'not found', code: 127 }, 'missing-tool', /\/bin\/sh/],
    [
      'a login that runs its own program',
      { stdout: 'This account is not available.\n', stderr: '', code: 1 },
      'bad-answer',
      /not available/,
    ],
  ] as const)('%s', (_title, answer, kind, message) => {
    expect(explainSilence(answer)).toEqual({ kind, message: expect.stringMatching(message) });
    expect(readGather(answer, 'ff')).toHaveProperty('problem.kind', kind);
  });
});

describe('the answer to apply', () => {
  const answer = (batch: string, code: string) => {
    const all = { begin: '', batch, code, ...WHOLE, end: '' };
    return Object.entries(all)
      .map(([name, text]) => `\n@@tapfleet:ab:${name}\n${text}`)
      .join('')
      .concat('\n');
  };
  const read = (stdout: string) => readApply({ stdout, stderr: '', code: 0 }, 'ab');

  test('done', () => {
    expect(read(answer('', '0\n'))).toMatchObject({ kind: 'done', observed: { root: true } });
  });

  test('stopped at a line', () => {
    const reading = read(answer('RTNETLINK answers: File exists\nCommand failed -:2\n', '1\n'));
    expect(reading).toMatchObject({
      kind: 'failed',
      failure: { line: 2, text: 'RTNETLINK answers: File exists' },
    });
  });

  test('taken back by the host', () => {
    const failed = answer('RTNETLINK answers: File exists\nCommand failed /run/x/steps:2\n', '1\n');
    const reading = read(
      failed.replace('\n@@tapfleet:ab:host', '\n@@tapfleet:ab:undone\n\n@@tapfleet:ab:host'),
    );
    expect(reading).toMatchObject({ kind: 'failed', undone: '' });
  });

  test('another run at work', () => {
    const text =
      '\n@@tapfleet:ab:begin\n\n@@tapfleet:ab:locked\n12 34 1795385963 1795385953 me@here\n\n@@tapfleet:ab:end\n';
    expect(read(text)).toEqual({ kind: 'locked', who: 'me@here', since: 1795385953 });
  });

  test('a host that moved', () => {
    const text = '\n@@tapfleet:ab:begin\n\n@@tapfleet:ab:stale\n3: eno1@sw1: <UP>\n\n@@tapfleet:ab:end\n';
    expect(read(text)).toMatchObject({ kind: 'stale', prints: new Map([['eno1', '3: eno1@sw1: <UP>']]) });
  });

  test('a code that cannot be read counts as failed', () => {
    expect(read(answer('', '\n'))).toMatchObject({ failure: { line: undefined } });
  });

  test('an answer without its end is none', () => {
    expect(read(answer('', '0\n').replace(':end\n', ''))).toHaveProperty('problem.kind', 'bad-answer');
  });
});
