/** Which lines of known_hosts are a host's: OpenSSH's rules, checked against OpenSSH itself where it is installed. */
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hostName, KnownHosts } from '../../../src/remote/known-hosts.ts';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIJx6t3nMZ1cY0mEwRrEZlWgUoH9vJm3c0hRzqvRzqvRz';

function hashed(name: string): string {
  const salt = Buffer.alloc(20, 7);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

const ROWS: readonly (readonly [
  title: string,
  names: string,
  address: string,
  port: number,
  found: boolean,
])[] = [
  ['plain', 'hv01', 'hv01', 22, true],
  ['another host', 'hv01', 'hv02', 22, false],
  ['one of several names', 'hv01,10.0.0.1', '10.0.0.1', 22, true],
  ['letters of another case', 'hv01', 'HV01', 22, true],
  ['a port', '[hv01]:2222', 'hv01', 2222, true],
  ['another port', '[hv01]:2222', 'hv01', 2223, false],
  ['a port, asked for without', '[hv01]:2222', 'hv01', 22, false],
  ['an IPv6 address', '2001:db8::1', '2001:db8::1', 22, true],
  ['an IPv6 address with a port', '[2001:db8::1]:2222', '2001:db8::1', 2222, true],
  ['hashed', hashed('hv01'), 'hv01', 22, true],
  ['hashed, another host', hashed('hv01'), 'hv02', 22, false],
  ['hashed with a port', hashed('[hv01]:2222'), 'hv01', 2222, true],
  ['a pattern', 'hv*', 'hv01', 22, true],
  ['a pattern of one letter', 'hv0?', 'hv01', 22, true],
  ['a pattern that is too short', 'hv?', 'hv01', 22, false],
  ['a pattern and an exception', 'hv*,!hv01', 'hv01', 22, false],
  ['an exception before its pattern', '!hv01,hv*', 'hv01', 22, false],
  ['an exception for another', 'hv*,!hv02', 'hv01', 22, true],
  ['an exception alone', '!hv02', 'hv01', 22, false],
];

test.each(ROWS)('%s', (_title, names, address, port, found) => {
  const known = new KnownHosts();
  known.add(`${names} ssh-ed25519 ${KEY} a comment`, 'known_hosts');
  expect(known.keysOf(address, port).map((key) => key.key)).toEqual(found ? [KEY] : []);
});

describe.runIf(spawnSync('ssh-keygen', ['-?']).error === undefined)('as OpenSSH finds them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tft-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(ROWS)('%s', (_title, names, address, port, found) => {
    const file = join(folder, 'known_hosts');
    writeFileSync(file, `${names} ssh-ed25519 ${KEY}\n`);
    const asked = spawnSync('ssh-keygen', ['-F', hostName(address, port), '-f', file], { encoding: 'utf8' });
    expect(asked.stdout.includes('found: line 1')).toBe(found);
  });
});

test('markers, comments and lines that are none', () => {
  const known = new KnownHosts();
  known.add(
    [
      '# hv01 ssh-rsa x',
      '',
      '  hv01 ssh-rsa A',
      '@revoked * ssh-rsa B',
      '@cert-authority hv* ssh-rsa C',
      'hv01 ssh-rsa',
      '@odd hv01 ssh-rsa D',
      '\thv01\tssh-rsa\tE\r',
    ].join('\n'),
    'f',
  );
  expect(known.keysOf('hv01', 22).map(({ key, marker, line }) => [key, marker, line])).toEqual([
    ['A', undefined, 3],
    ['E', undefined, 8],
    ['B', 'revoked', 4],
    ['C', 'cert-authority', 5],
  ]);
});

test('a pattern made to be slow is not', () => {
  const known = new KnownHosts();
  known.add(`${'*a'.repeat(2000)}b ssh-rsa A`, 'f');
  expect(known.keysOf('a'.repeat(5000), 22)).toEqual([]);
});
