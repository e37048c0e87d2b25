/** Keys that node has read once: is what they sign what ssh2 would have signed? */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openKey } from '../../../src/remote/key-file.ts';
import { describeWith } from '../../support/needs.ts';

const DATA = Buffer.from('what is signed');

describeWith(['ssh-keygen'], 'a private key', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tapfleet-keys-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['ed25519', '256', []],
    ['ecdsa', '256', []],
    ['ecdsa', '384', ['-m', 'PEM']],
    ['ecdsa', '521', ['-m', 'PKCS8']],
    ['rsa', '2048', []],
    ['rsa', '2048', ['-m', 'PKCS8']],
  ])('of type %s, %s bits, %j signs as ssh2 does', (type, bits, form) => {
    const file = join(folder, `${type}-${bits}${form.join('')}`);
    execFileSync('ssh-keygen', ['-q', '-t', type, '-b', bits, '-N', '', '-C', '', ...form, '-f', file]);
    const key = openKey(readFileSync(file, 'utf8'), undefined);
    const half = ssh2.utils.parseKey(readFileSync(`${file}.pub`, 'utf8'));
    if (!key || key === 'locked' || half instanceof Error) throw new Error('malformed');
    const hashes = type === 'rsa' ? ['sha256', 'sha512', undefined] : [undefined];
    for (const hash of hashes) {
      expect(half.verify(DATA, key.sign(DATA, hash), hash)).toBe(true);
      expect(half.verify(Buffer.from('other'), key.sign(DATA, hash), hash)).toBe(false);
    }
  });
});
