/** What a batch that ended said: captured texts, and the sentence that helps. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explainFailure, readBatchFailure } from '../../../src/iproute/errors.ts';
import { observedMac } from '../../../src/model/mac.ts';
import type { Operation } from '../../../src/model/step.ts';

const CASES = join(import.meta.dirname, '../../cases/links');
const capture = (name: string) => readFileSync(join(CASES, name), 'utf8');
const codeOf = (name: string) => Number(/\d+/.exec(capture(name))?.[0]);

describe('readBatchFailure', () => {
  test('names the line and what was said (captured)', () => {
    const failure = readBatchFailure(capture('batch.noforce.stderr.txt'), codeOf('batch.noforce.exit.txt'));
    expect(failure).toEqual({ line: 2, text: 'RTNETLINK answers: File exists' });
  });

  test.each([
    ['done', '', 0, undefined],
    ['done, with a warning', 'Warning: x\n', 0, undefined],
    [
      'given up on an argument, without a line',
      'Error: argument "abc" is wrong: Invalid "mtu" value\n\n',
      255,
      { line: undefined, text: 'Error: argument "abc" is wrong: Invalid "mtu" value' },
    ],
    [
      'an open quote',
      'Unterminated quoted string\n',
      1,
      { line: undefined, text: 'Unterminated quoted string' },
    ],
    ['silence', '', 1, { line: undefined, text: 'ip ended with code 1' }],
    [
      'two lines of words',
      'Error: mtu greater than device maximum.\nRTNETLINK answers: Invalid argument\nCommand failed -:17\n',
      1,
      { line: 17, text: 'Error: mtu greater than device maximum. · RTNETLINK answers: Invalid argument' },
    ],
    [
      // Kept a pattern busy for minutes.
      'a place that is none',
      `Command failed ${'1'.repeat(500_000)}x:1\n`,
      1,
      { line: 1, text: 'ip ended with code 1' },
    ],
    [
      'line ends of a terminal',
      'Cannot find device "x"\r\nCommand failed -:3\r\n',
      1,
      { line: 3, text: 'Cannot find device "x"' },
    ],
  ])('%s', (_title, output, code, failure) => {
    expect(readBatchFailure(output, code)).toEqual(failure);
  });
});

describe('explainFailure', () => {
  test('of a batch that went on, the first failure counts, and each line is explained (captured)', () => {
    const said = capture('batch.force.stderr.txt');
    expect(readBatchFailure(said, codeOf('batch.force.exit.txt'))).toEqual({
      line: 2,
      text: 'RTNETLINK answers: File exists',
    });
    const written = capture('batch.input.txt').split('\n');
    const failures = [...said.matchAll(/^(.*)\nCommand failed -:(\d+)$/gm)].map(
      ([, text = '', line]) => [written[Number(line) - 1], text] as const,
    );
    const operations: Readonly<Record<string, Operation>> = {
      'link add link eno1 name mvt-a type macvtap mode bridge': {
        op: 'add',
        name: 'mvt-a',
        fields: { lower: 'eno1', mode: 'bridge' },
      },
      'link set dev mvt-a mtu 9999': { op: 'mtu', name: 'mvt-a', value: 9999 },
      'link add link nope name mvt-b type macvtap': {
        op: 'add',
        name: 'mvt-b',
        fields: { lower: 'nope', mode: 'vepa' },
      },
      'link set dev mvt-a address 01:00:00:00:00:00': {
        op: 'mac',
        name: 'mvt-a',
        mac: observedMac('01:00:00:00:00:00'),
      },
    };
    expect(failures.map(([line = '', text]) => explainFailure(text, operations[line]))).toEqual([
      expect.stringMatching(/File exists \(the name is already taken/),
      expect.stringMatching(/Invalid argument \(the lower device has a smaller MTU/),
      expect.stringMatching(/Cannot find device "nope" \(.*went away/),
      expect.stringMatching(/Cannot assign requested address \(the MAC is multicast or zero/),
    ]);
  });

  const mode = { op: 'mode', name: 'a', mode: 'bridge' } as const;
  const mtu = { op: 'mtu', name: 'a', value: 9000 } as const;
  const add = { op: 'add', name: 'a', fields: { lower: 'eno1', mode: 'vepa' } } as const;
  const passthru = { op: 'add', name: 'a', fields: { lower: 'eno1', mode: 'passthru' } } as const;
  const secret = { op: 'addrgenmode', name: 'a', value: 'stable_secret' } as const;
  const up = { op: 'state', name: 'a', state: 'up' } as const;

  test.each<[string, Operation, RegExp]>([
    ['RTNETLINK answers: Address already in use', up, /has this MAC/],
    ['RTNETLINK answers: File exists', add, /name is already taken/],
    ['RTNETLINK answers: Device or resource busy', add, /port of a bridge/],
    ['Cannot find device "eno1"', add, /went away/],
    ['RTNETLINK answers: Cannot assign requested address', add, /multicast or zero/],
    ['RTNETLINK answers: Operation not permitted', add, /needs root/],
    ['Error: Unknown device type.', add, /no macvtap/],
    ['RTNETLINK answers: Address family not supported by protocol', up, /no IPv6/],
    ['Error: mtu greater than device maximum.', mtu, /above what the device can have/],
    ['RTNETLINK answers: Invalid argument', add, /smaller MTU/],
    ['RTNETLINK answers: Invalid argument', passthru, /for itself.*perhaps one in another network namespace/],
    ['RTNETLINK answers: Invalid argument', secret, /net\.ipv6\.conf\.default\.stable_secret/],
    ['RTNETLINK answers: Invalid argument', mode, /into or out of passthru/],
    ['RTNETLINK answers: Invalid argument', mtu, /smaller MTU/],
    ['RTNETLINK answers: Invalid argument', up, /did not say why/],
  ])('%s', (text, operation, meaning) => {
    const said = explainFailure(text, operation);
    expect(said.startsWith(`${text} (`)).toBe(true);
    expect(said).toMatch(meaning);
  });

  test('what nobody knows is repeated as it is', () => {
    expect(explainFailure('RTNETLINK answers: Oops', up)).toBe('RTNETLINK answers: Oops');
    expect(explainFailure('RTNETLINK answers: File exists', undefined)).toBe(
      'RTNETLINK answers: File exists',
    );
  });
});
