/** Whose key is trusted, what is said of the others, and what is written down. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HostKeyChecking, SshLogin } from '../../../src/model/connection.ts';
import { fingerprint, HostKeys } from '../../../src/remote/host-keys.ts';
import { sshSettings } from '../../support/ssh-settings.ts';

function keyBlob(seed: number, type = 'ssh-ed25519'): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, seed)]);
}

const BLOB = keyBlob(1);
const OTHER = keyBlob(2);
const line = (names: string, blob: Buffer, marker = '') =>
  `${marker}${names} ssh-ed25519 ${blob.toString('base64')}\n`;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tft-'));
  file = join(folder, 'ssh', 'known_hosts');
});
afterEach(() => rmSync(folder, { recursive: true }));

function settings(hostKeyChecking: HostKeyChecking, files: readonly string[] = [file]): SshLogin {
  return sshSettings({ address: 'hv01', knownHostsFiles: files, hostKeyChecking });
}

function judge(text: string | undefined, checking: HostKeyChecking, blob = BLOB): string {
  const plain = join(folder, 'known_hosts');
  if (text !== undefined) writeFileSync(plain, text);
  return new HostKeys().refusal(settings(checking, [plain]), blob) ?? 'trusted';
}

describe('verdicts', () => {
  test.each<[string, string | undefined, HostKeyChecking, RegExp]>([
    ['known', line('hv01', BLOB), 'yes', /^trusted$/],
    [
      'unknown',
      line('hv02', BLOB),
      'yes',
      /is not known \(ssh-ed25519 SHA256:.*--host-key-checking=accept-new/,
    ],
    ['no file', undefined, 'yes', /is not known/],
    ['changed', line('hv01', OTHER), 'yes', /has changed.*known_hosts:1 has ssh-ed25519/],
    ['changed, where new ones are taken', line('hv01', OTHER), 'accept-new', /has changed/],
    ['changed, where none is asked', line('hv01', OTHER), 'no', /^trusted$/],
    ['one of two', line('hv01', OTHER) + line('hv01', BLOB), 'yes', /^trusted$/],
    ['revoked', line('hv01', BLOB) + line('*', BLOB, '@revoked '), 'yes', /is marked as revoked in .*:2/],
    ['revoked, even where none is asked', line('hv01', BLOB, '@revoked '), 'no', /revoked/],
    ['another key is revoked', line('hv01', OTHER, '@revoked ') + line('hv01', BLOB), 'yes', /^trusted$/],
    [
      'an authority alone',
      line('hv01', OTHER, '@cert-authority '),
      'yes',
      /@cert-authority line is there, which is not supported/,
    ],
    ['its key is an authority’s', line('hv01', BLOB, '@cert-authority '), 'yes', /not supported/],
  ])('%s', (_title, text, checking, verdict) => {
    expect(judge(text, checking)).toMatch(verdict);
  });

  test('a file that cannot be read keeps no key from being known, but from being new', () => {
    const plain = join(folder, 'known_hosts');
    writeFileSync(plain, line('hv01', BLOB));
    const files = [folder, plain];
    expect(new HostKeys().refusal(settings('accept-new', files), BLOB)).toBeUndefined();
    writeFileSync(plain, '');
    for (const checking of ['yes', 'accept-new'] as const) {
      expect(new HostKeys().refusal(settings(checking, files), BLOB)).toMatch(
        /is not known \(ssh-ed25519 SHA256:\S+\): \S+ cannot be read \(EISDIR\)$/,
      );
    }
    expect(new HostKeys().refusal(settings('no', files), BLOB)).toBeUndefined();
  });

  test.each<[string, string, boolean]>([
    ['no key is known', '', false],
    ['the key is known', line('hv01', OTHER) + line('hv01', BLOB), false],
    ['another is', line('hv01', OTHER), true],
    ['another is revoked', line('hv01', OTHER, '@revoked '), false],
  ])('where %s', (_title, text, changed) => {
    writeFileSync(join(folder, 'known_hosts'), text);
    const asked = settings('no', [join(folder, 'known_hosts')]);
    expect(new HostKeys().isChanged(asked, BLOB)).toBe(changed);
  });
});

describe('accept-new', () => {
  test('writes the key down, in a folder of its own', () => {
    expect(new HostKeys().refusal(settings('accept-new'), BLOB)).toBeUndefined();
    expect(readFileSync(file, 'utf8')).toBe(line('hv01', BLOB));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(new HostKeys().refusal(settings('yes'), BLOB)).toBeUndefined();
  });

  test.each(['/proc/none/known_hosts', '/proc/version/known_hosts'])(
    'a key that cannot be written down is not taken: %s',
    (path) => {
      expect(new HostKeys().refusal(settings('accept-new', [path]), BLOB)).toMatch(
        /is not known .*, and could not be written down: \/proc\/\S+ cannot be written \(E[A-Z]+\)$/,
      );
    },
  );

  test('knows it within the run: another key is then a changed one', () => {
    const keys = new HostKeys();
    keys.refusal(settings('accept-new'), BLOB);
    expect(keys.refusal(settings('accept-new'), OTHER)).toMatch(/has changed/);
    expect(keys.knownTypes(settings('accept-new'))).toEqual(['ssh-ed25519']);
  });

  test('a last line without its end stays a line of its own', () => {
    const plain = join(folder, 'known_hosts');
    writeFileSync(plain, line('hv02', OTHER).trimEnd());
    new HostKeys().refusal(settings('accept-new', [plain]), BLOB);
    expect(readFileSync(plain, 'utf8')).toBe(line('hv02', OTHER) + line('hv01', BLOB));
  });

  test('without a file the key is taken and nothing written', () => {
    expect(new HostKeys().refusal(settings('accept-new', []), BLOB)).toBeUndefined();
  });
});

test('a fingerprint has the form of `ssh-keygen -l`', () => {
  expect(fingerprint(BLOB)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});

test('a key that is known for the usual port is trusted on another, a different one is not', () => {
  const plain = join(folder, 'known_hosts');
  writeFileSync(plain, line('hv01', BLOB));
  const odd = sshSettings({ address: 'hv01', port: 2222, knownHostsFiles: [plain] });
  expect(new HostKeys().refusal(odd, BLOB)).toBeUndefined();
  expect(new HostKeys().refusal(odd, OTHER)).toContain('is not known');
  writeFileSync(plain, line('hv01', BLOB) + line('hv01', BLOB, '@revoked '));
  expect(new HostKeys().refusal(odd, BLOB)).toContain('is not known');
});
