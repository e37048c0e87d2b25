/** Do host and controller sum up alike? Against the real `cksum`. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { cksum } from '../../../src/planning/cksum.ts';
import { describeWith } from '../../support/needs.ts';

const TEXTS = [
  '',
  '\n',
  'a',
  '2: eno1: <UP> mtu 1500\n',
  'é ü 漢\n',
  'x'.repeat(255),
  'y'.repeat(65_536),
  '\u0000\u0001',
];

test('the sum of POSIX’s example', () => {
  expect(cksum('')).toBe('4294967295 0');
});

describeWith(['cksum'], 'beside the host’s own', () => {
  test.each(TEXTS)('%j', (text) => {
    expect(cksum(text)).toBe(spawnSync('cksum', { input: text, encoding: 'utf8' }).stdout.trim());
  });
});
